"""The right département, préfecture and court from what people write, and none from what is no place."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from knowledge_base.gazetteer import HERE, key, parts_under
from knowledge_base.places import Places, places
from knowledge_base.source import BrokenSource
from tools import communes

PLACES = Places.load()
#: Article R. 221-3 of the code de justice administrative, copied apart from places.yml; the overseas courts by article
#: R. 221-1. Seats that are no département's are left out.
R_221_3 = """
Amiens : Aisne, Oise, Somme
Bastia : Corse-du-Sud, Haute-Corse
Besançon : Doubs, Jura, Haute-Saône, Territoire de Belfort
Bordeaux : Dordogne, Gironde, Lot-et-Garonne
Caen : Calvados, Manche, Orne
Cergy-Pontoise : Hauts-de-Seine, Val-d'Oise
Châlons-en-Champagne : Ardennes, Aube, Marne, Haute-Marne
Clermont-Ferrand : Allier, Cantal, Haute-Loire, Puy-de-Dôme
Dijon : Côte-d'Or, Nièvre, Saône-et-Loire, Yonne
Grenoble : Drôme, Isère, Savoie, Haute-Savoie
Lille : Nord, Pas-de-Calais
Limoges : Corrèze, Creuse, Indre, Haute-Vienne
Lyon : Ain, Ardèche, Loire, Rhône
Marseille : Alpes-de-Haute-Provence, Hautes-Alpes, Bouches-du-Rhône
Melun : Seine-et-Marne, Val-de-Marne
Montpellier : Aude, Hérault, Pyrénées-Orientales
Montreuil : Seine-Saint-Denis
Nancy : Meurthe-et-Moselle, Meuse, Vosges
Nantes : Loire-Atlantique, Maine-et-Loire, Mayenne, Sarthe, Vendée
Nice : Alpes-Maritimes
Nîmes : Gard, Lozère, Vaucluse
Orléans : Cher, Eure-et-Loir, Indre-et-Loire, Loir-et-Cher, Loiret
Paris : Paris
Pau : Gers, Landes, Pyrénées-Atlantiques, Hautes-Pyrénées
Poitiers : Charente, Charente-Maritime, Deux-Sèvres, Vienne
Rennes : Côtes-d'Armor, Finistère, Ille-et-Vilaine, Morbihan
Rouen : Eure, Seine-Maritime
Strasbourg : Moselle, Bas-Rhin, Haut-Rhin
Toulon : Var
Toulouse : Ariège, Aveyron, Haute-Garonne, Lot, Tarn, Tarn-et-Garonne
Versailles : Essonne, Yvelines
Basse-Terre : Guadeloupe
Cayenne : Guyane
Schœlcher : Martinique
Mamoudzou : Mayotte
Saint-Denis : La Réunion
"""


def codes(text: str, *, asked: bool = False) -> list[str]:
    return [department.code for department in PLACES.departments_in(text, asked=asked)]


# --- what a person sees


@pytest.mark.parametrize(
    ("text", "code", "prefecture", "court"),
    [
        ("Who can help me in Bobigny", "93", "Bobigny", "tribunal administratif de Montreuil"),
        ("la pref de Créteil répond pas", "94", "Créteil", "tribunal administratif de Melun"),
        ("préfecture de Nanterre", "92", "Nanterre", "tribunal administratif de Cergy-Pontoise"),
        ("jhabite a argenteuil", "95", "Cergy", "tribunal administratif de Cergy-Pontoise"),
        ("j'habite à Évry", "91", "Évry-Courcouronnes", "tribunal administratif de Versailles"),
        ("paris 18", "75", "Paris", "tribunal administratif de Paris"),
        ("je vis à Annonay", "07", "Privas", "tribunal administratif de Lyon"),
        ("I live in Avignon", "84", "Avignon", "tribunal administratif de Nîmes"),
        ("mon dossier est à Châteauroux", "36", "Châteauroux", "tribunal administratif de Limoges"),
        ("Saint-Denis de la Réunion", "974", "Saint-Denis", "tribunal administratif de La Réunion"),
        ("je suis à Fort-de-France", "972", "Fort-de-France", "tribunal administratif de la Martinique"),
    ],
)
def test_a_place_has_its_prefecture_and_its_court(text: str, code: str, prefecture: str, court: str) -> None:
    department = PLACES.departments_in(text)[0]
    assert (department.code, department.prefecture, department.court.name) == (code, prefecture, court)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Bobigny", "93"),
        ("bobigny toujours rien", "93"),
        ("BOBIGNY", "93"),
        ("a creteil svp", "94"),
        ("saint-etienne", "42"),
        ("St-Etienne", "42"),
        ("st étienne", "42"),
        ("St. Étienne", "42"),
        ("SAINT ETIENNE", "42"),
        ("stetienne", "42"),
        ("Saint-E\u0301tienne", "42"),
        ("ste genevieve des bois", "91"),
        ("l'hay les roses", "94"),
        ("lhay les roses", "94"),
        ("L’Haÿ-les-Roses", "94"),
        ("aulnaysousbois", "93"),
        ("Vitry s/ Seine", "94"),
        ("villeneuve saint georges", "94"),
        ("chalons en champagne", "51"),
        ("schoelcher", "972"),
        ("j'habite au Havre", "76"),
        ("préfecture du Mans", "72"),
        ("je vis aux Ulis", "91"),
        ("le Raincy", "93"),
        ("la sous-préfecture du Raincy", "93"),
        ("à Courneuve", "93"),
        ("Levallois", "92"),
        ("Rueil", "92"),
        ("Seine Saint Denis", "93"),
        ("seine-st-denis", "93"),
        ("le Val d Oise", "95"),
        ("je suis dans le Val-d'Oise", "95"),
        ("val de marne", "94"),
        ("haut de seine", "92"),
        ("bouches du rhone", "13"),
        ("préfecture de l'Essonne", "91"),
        ("dans les Yvelines", "78"),
        ("préfecture du Nord", "59"),
        ("I live in the Creuse", "23"),
        ("belle-maman habite la Creuse", "23"),
        ("dans la Manche", "50"),
        ("dans la Vienne", "86"),
        ("à La Réunion", "974"),
        ("en Guyane", "973"),
        ("cergy-pontoise", "95"),
        ("93000", "93"),
        ("code postal 97300", "973"),
        ("20000 Ajaccio", "2A"),
        ("93007 Bobigny Cedex", "93"),
        ("le 93", "93"),
        ("dans le 92", "92"),
        ("je vis en 2A", "2A"),
        ("la préfecture du 13", "13"),
        ("pref 77", "77"),
        ("département 1", "01"),
        ("in the 93", "93"),
        ("le 974", "974"),
        ("lyon 3e", "69"),
        ("marseille 13", "13"),
        ("je vis dans le 18e", "75"),
    ],
)
def test_a_place_is_found_however_it_is_typed(text: str, code: str) -> None:
    assert codes(text)[0] == code


@pytest.mark.parametrize(
    "text",
    [
        "je suis en ligne depuis une heure",
        "la préfecture en ligne ne marche pas",
        "Nice to meet you",
        "have a nice day",
        "a nice lady at the desk",
        "les tours",
        "à tour de rôle",
        "avec plaisir",
        "le tampon de la douane",
        "le sens de la lettre",
        "en cours d'instruction",
        "il y a eu une erreur",
        "on a eu une réponse",
        "contact us",
        "we will die here",
        "tell us the right to stay",
        "mon mari joue en ligne",
        "je suis maçon",
        "bonjour, allo, merci",
        "il manque la manche",
        "c'est trop cher",
        "la somme de 200 euros",
        "un lot de documents",
        "je vis dans le nord de la ville",
        "la réunion est annulée",
        "puce orange chez Orange",
        "l'union européenne",
        "garde à vue",
        "mes empreintes sont usées",
        "un salon de coiffure",
        "sete meses de espera",
        "hay que esperar muy poco",
        "my mother in Lagos",
        "il est reparti en Suisse",
        "l'ambassade du Soudan",
        "une semaine à Montréal",
        "la police à Roissy",
        "rue de Rennes",
        "12 avenue de Paris",
        "contrôle à la gare de Lyon",
        "étudiante à l'université Paris 8",
        "mon ami est au centre de rétention du Mesnil-Amelot",
        "au CRA de Vincennes",
        "rendez-vous le 13",
        "le 13 mars",
        "depuis le 15",
        "du 3 au 15",
        "le 12/03/2024",
        "le 93 rue de la République",
        "le 92 % des gens",
        "j'attends depuis 93 jours",
        "75000 euros",
        "dossier 75012",
        "numéro 93000",
        "un SMS au 33700",
        "99999",
        "le 39 39",
        "le 01 93 12 34 56",
        "erreur 403",
        "",
        "🙂",
        "...",
        "فوق العادة",
    ],
)
def test_what_is_no_place_is_not_taken_for_one(text: str) -> None:
    assert PLACES.find(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("j'habite à Die", "26"),
        ("mairie de Us", "95"),
        ("je vis à Y", "80"),
        ("j'habite à Eu", "76"),
        ("76260 eu", "76"),
        ("je vis a tours", "37"),
        ("mairie de Sens", "89"),
        ("I live in Nice", "06"),
        ("préfecture de nice", "06"),
        ("j'habite Plaisir", "78"),
        ("j'habite au Tampon", "974"),
        ("rdv à Orange", "84"),
        ("mairie de Lagos", "64"),
    ],
)
def test_an_ordinary_word_is_a_place_where_the_words_around_say_so(text: str, code: str) -> None:
    assert codes(text) == [code]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("us", "95"),
        ("à die", "26"),
        ("nice", "06"),
        ("93", "93"),
        ("le 13", "13"),
        ("c'est le 1", "01"),
        ("2b", "2B"),
        ("le nord", "59"),
        ("bonjour, tours svp", "37"),
    ],
)
def test_somebody_who_was_asked_needs_no_other_word(text: str, code: str) -> None:
    assert codes(text) == []
    assert codes(text, asked=True)[0] == code


@pytest.mark.parametrize(
    "text", ["je ne sais pas", "c'est quoi le sens de la question ?", "il y a 13 ans", "plus tard"]
)
def test_somebody_who_was_asked_may_say_something_else(text: str) -> None:
    assert codes(text, asked=True) == []


# --- names that several places bear


def test_namesakes_are_all_given_the_most_populous_first() -> None:
    (mention,) = PLACES.find("j'habite à saint denis")
    assert [department.code for department in mention.departments][:2] == ["974", "93"]
    inhabitants = [commune.population for commune in mention.communes]
    assert inhabitants == sorted(inhabitants, reverse=True)
    assert len(codes("j'habite à Sainte-Marie")) > 5


def test_a_short_form_stands_beside_the_villages_of_that_very_name() -> None:
    (mention,) = PLACES.find("j'habite à Aulnay")
    assert [commune.name for commune in mention.communes][:2] == ["Aulnay-sous-Bois", "Aulnay"]
    assert codes("Clichy") == ["92"]  # a town, and larger than Clichy-sous-Bois


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("saint-denis (93)", "93"),
        ("je suis a saint denis, 93", "93"),
        ("st denis 93200", "93"),
        ("93200 saint denis", "93"),
        ("Saint-Denis, La Réunion", "974"),
        ("Saint-Denis dans le 974", "974"),
        ("Saint-Denis, préfecture de Bobigny", "93"),
        ("Sainte-Marie (Martinique)", "972"),
        ("Clermont dans l'Oise", "60"),
    ],
)
def test_another_place_close_by_tells_which_is_meant(text: str, code: str) -> None:
    assert codes(text) == [code]


def test_a_place_far_off_does_not() -> None:
    assert (
        len(codes("j'habite à Saint-Denis et je n'ai rien reçu depuis mai malgré mes appels à la préfecture du 93")) > 2
    )


def test_the_number_after_dans_le_may_be_a_district_of_paris() -> None:
    assert codes("dans le 13") == ["13", "75"]
    assert codes("département 13") == ["13"]
    assert codes("13e arrondissement") == ["75", "13"]
    assert codes("dans le 21") == ["21"]


def test_a_court_gives_all_the_departements_it_judges() -> None:
    assert sorted(codes("le tribunal administratif de Melun")) == ["77", "94"]
    assert sorted(codes("TA de Cergy")) == ["92", "95"]
    assert sorted(codes("administrative court of Lyon")) == ["01", "07", "42", "69"]


def test_several_places_come_in_order_with_their_words() -> None:
    text = "Je vis à Vénissieux, mon dossier est resté à la préfecture de Bobigny (93)."
    found = PLACES.find(text)
    assert [mention.words for mention in found] == ["Vénissieux", "Bobigny", "93"]
    assert all(text[mention.start : mention.end] == mention.words for mention in found)


def test_a_name_does_not_run_over_the_end_of_a_sentence() -> None:
    assert [mention.words for mention in PLACES.find("Je suis à Paris. 18 mois que j'attends")] == ["Paris"]
    assert [mention.words for mention in PLACES.find("J'habite à Vitry\nSur Seine rien")] == ["Vitry"]


def test_a_long_message_is_read_in_no_time() -> None:
    started = time.process_time()
    PLACES.find("Saint-Denis Paris 18 dans le 93 je suis à la la la " * 200, asked=True)
    assert time.process_time() - started < 5


# --- all of them


def test_every_departement_has_one_court_by_article_r_221_3() -> None:
    listed = {
        name: town
        for town, names in (line.split(" : ") for line in R_221_3.strip().splitlines())
        for name in names.split(", ")
    }
    assert len(listed) == len(PLACES.departments) == 101
    assert {one.name: one.court.town for one in PLACES.departments.values()} == listed


@pytest.mark.parametrize("code", sorted(PLACES.departments))
def test_every_departement_is_found_by_its_name_and_its_number(code: str) -> None:
    department = PLACES.departments[code]
    assert codes(f"préfecture : {department.name}")[0] == code
    assert codes(f"département {code}") == [code]
    assert code in codes(f"préfecture de {department.prefecture}")
    assert department in [commune.department for commune in PLACES.communes(department.prefecture)]


@pytest.mark.parametrize("code", sorted(PLACES.departments))
def test_every_site_is_official(code: str) -> None:
    department = PLACES.departments[code]
    prefecture, court = (
        urlsplit(department.site),
        urlsplit(department.court.site or "https://x.tribunal-administratif.fr"),
    )
    assert prefecture.scheme == court.scheme == "https"
    assert re.fullmatch(r"www\.[a-z.-]+\.gouv\.fr", prefecture.netloc)
    assert re.fullmatch(r"[a-z-]+\.tribunal-administratif\.fr", court.netloc)
    assert prefecture.path == court.path == ""


def lines() -> list[list[str]]:
    text = gzip.decompress((HERE / "communes.tsv.gz").read_bytes()).decode()
    return [line.split("\t") for line in text.split("\n")[1:]]


def test_every_commune_is_known_by_its_name() -> None:
    for letters, name, postal_codes, department, population in (fields for fields in lines() if len(fields) == 5):
        if letters == key(name):
            told = [(c.name, " ".join(c.postal_codes), c.department.code, c.population) for c in PLACES.communes(name)]
            assert (name, postal_codes, department, int(population)) in told


def test_every_commune_is_found_where_somebody_says_they_live() -> None:
    """Each ordinary word and each tenth name; "mairie de" for what else means another place.

    Three villages are not found, because they are called like a département.
    """
    missed = set()
    names = [fields for fields in lines() if len(fields) == 5 and fields[0] == key(fields[1])]
    for at, (letters, name, _, department, _) in enumerate(names):
        if at % 10 == 0 or {letters, letters[2:], letters[3:]} & (PLACES.ordinary | PLACES.elsewhere):
            found = PLACES.find(f"J'habite à {name}.") or PLACES.find(f"mairie de {name}")
            if not any(c.name == name and c.department.code == department for one in found for c in one.communes):
                missed.add((name, department))
    assert missed <= {("La Creuse", "70"), ("La Marne", "44"), ("La Réunion", "47")}


def test_every_postal_code_is_known() -> None:
    table = {fields[0]: fields[1].split() for fields in lines() if len(fields) == 2}
    assert len(table) > 6000
    for code, departments in table.items():
        assert [department.code for department in PLACES.by_postal_code(code)] == departments
        assert codes(code) == departments
    assert PLACES.by_postal_code("99999") == PLACES.by_postal_code("bobigny") == ()


def test_every_district_has_its_postal_code() -> None:
    districts = [*range(75001, 75021), 75116, *range(69001, 69010), *range(13001, 13017)]
    assert {codes(str(code))[0] for code in districts} == {"75", "69", "13"}


# --- the file of the communes


ENTRIES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("communes.json").read_text(encoding="utf-8"))


def test_the_file_of_the_communes_is_made_from_the_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, made = Path(__file__).with_name("communes.json"), tmp_path / "communes.tsv.gz"
    communes.main([str(source), "--to", str(made)])
    assert "12 lines" in capsys.readouterr().out
    assert gzip.decompress(made.read_bytes()).decode().split("\n") == [
        communes.HEADER,
        "16190\t16",
        "16360\t16",
        "59000\t59",
        "59160\t59",
        "93210\t93",
        "93800\t93",
        "bors\tBors\t16190 16360\t16\t350",
        "epinay\tÉpinay-sur-Seine\t93800\t93\t54000",
        "epinaysurseine\tÉpinay-sur-Seine\t93800\t93\t54000",
        "laplaine\tLa Plaine\t93210\t93\t900",
        "lille\tLille\t59000 59160\t59\t236000",
        "lomme\tLomme\t59000 59160\t59\t0",
    ]


def test_the_same_source_makes_the_same_bytes() -> None:
    table = communes.lines(communes.communes(ENTRIES))
    assert communes.packed(table) == communes.packed(communes.lines(communes.communes(reversed(ENTRIES))))


def test_a_source_of_another_form_is_refused() -> None:
    with pytest.raises(KeyError, match="codesPostaux"):
        communes.communes([{k: v for k, v in ENTRIES[0].items() if k != "codesPostaux"}])


def test_the_file_of_the_communes_is_whole_sorted_small_and_says_whose_it_is() -> None:
    packed = (HERE / "communes.tsv.gz").read_bytes()
    text = gzip.decompress(packed)
    assert text.decode().split("\n")[0] == communes.HEADER
    assert text.split(b"\n") == sorted(text.split(b"\n"))
    assert sum(len(fields) == 5 and fields[4] != "0" for fields in lines()) > 34_800
    assert packed[4:8] == b"\0\0\0\0"
    assert len(packed) < 700_000


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("Vitry-sur-Seine", {"vitry"}),
        ("La Courneuve", {"courneuve"}),
        ("Le Plessis-Robinson", {"leplessis", "plessis", "plessisrobinson"}),
        ("Saint-Ouen-sur-Seine", {"saintouen"}),
        ("Saint-Denis", set()),
        ("Boulogne-Billancourt", {"boulogne"}),
        ("L'Haÿ-les-Roses", {"hay", "lhay", "haylesroses"}),
        ("Paris", set()),
    ],
)
def test_the_short_forms_of_a_town(name: str, forms: set[str]) -> None:
    assert communes.short_forms(name) == forms


def test_a_form_that_is_not_of_the_name_is_refused() -> None:
    assert parts_under("La Courneuve", "courneuve") == ["courneuve"]
    with pytest.raises(ValueError, match="no form of"):
        parts_under("La Courneuve", "neuve")


# --- mistakes in places.yml


GOOD = """\
source: the code
as_of: today
checked: today
courts:
  Montreuil:
    name: tribunal administratif de Montreuil
    site: https://montreuil.tribunal-administratif.fr
    departments:
      "93": [Seine-Saint-Denis, Bobigny, https://www.seine-saint-denis.gouv.fr, [le 9-3]]
elsewhere: lagos
words: nice
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("source: the code\n", "", "1: source is missing. Add `source:` at the head of the file."),
        ("https://www.seine", "http://www.seine", "9: http://www.seine-saint-denis.gouv.fr is not an official site."),
        ("denis.gouv.fr", "denis-gouv.fr", "9: https://www.seine-saint-denis-gouv.fr is not an official site."),
        ("l.tribunal-admin", "l.tribunal-admln", "7: https://montreuil.tribunal-admlnistratif.fr is not an official"),
        ('"93":', '"99":', "9: '99' is not the code of a département."),
        ("Bobigny, https://www.seine-saint-denis.gouv.fr, ", "", "9: The line of 93 is not complete."),
        ("[Seine-Saint-Denis, Bobigny", '["", Bobigny', "9: The name is missing."),
        ("    name: tribunal administratif de Montreuil\n", "", "5: The name of the court of Montreuil is missing."),
        ("    site:", "    sight:", "7: sight is not a key of a court."),
        ("    departments:\n", "    other:\n", "5: The court of Montreuil has no département."),
        ("elsewhere: lagos\n", "", "1: elsewhere is missing."),
    ],
)
def test_a_mistake_is_told_by_its_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = tmp_path / "places.yml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(BrokenSource) as broken:
        Places.load(tmp_path)
    assert any(str(mistake).startswith(f"{path}:{told}") for mistake in broken.value.mistakes), str(broken.value)


def test_a_departement_under_two_courts_is_told(tmp_path: Path) -> None:
    court = GOOD[GOOD.index("  Montreuil:") : GOOD.index("elsewhere")].replace("Montreuil:", "Melun:")
    (tmp_path / "places.yml").write_text(GOOD.replace("elsewhere", f"{court}elsewhere"), encoding="utf-8")
    with pytest.raises(BrokenSource, match="93 stands under two courts"):
        Places.load(tmp_path)


def test_a_small_sheet_without_communes_is_told(tmp_path: Path) -> None:
    (tmp_path / "places.yml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(FileNotFoundError, match=r"communes\.tsv\.gz"):
        Places.load(tmp_path)
    (tmp_path / "communes.tsv.gz").write_bytes(communes.packed(communes.lines([])))
    assert [one.code for one in Places.load(tmp_path).departments_in("en Seine-Saint-Denis")] == ["93"]


# --- loading


def run(code: str) -> str:
    """Run Python apart from this process, and from what measures its coverage."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=HERE.parent, env=kept
    )
    return ran.stdout.strip()


def test_loading_is_quick() -> None:
    spent = run(
        "import time\n"
        "from knowledge_base.places import Places\n"
        "def spent():\n"
        "    started = time.process_time()\n"
        "    Places.load()\n"
        "    return time.process_time() - started\n"
        "print(min(spent() for _ in range(3)))"
    )
    assert float(spent) < 0.150


def test_the_places_of_the_product_are_loaded_once() -> None:
    assert places() is places()
    assert places().departments == PLACES.departments


def test_nothing_is_read_at_import() -> None:
    code = (
        "import sys, knowledge_base.source\n"
        "opened = []\n"
        "sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == 'open' else None)\n"
        "import knowledge_base.places\n"
        "print([path for path in opened if path.endswith(('.gz', '.yml'))])"
    )
    assert run(code) == "[]"
