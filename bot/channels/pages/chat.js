// The chat page: one conversation, kept for as long as the tab is open, nowhere else in this browser.
"use strict";
(() => {
  const WORDS = window.DECLIC_WORDS;
  const RIGHT_TO_LEFT = ["ar", "fa", "ps"];
  const KEPT = "declic.conversation";
  const $ = (id) => document.getElementById(id);
  const main = document.querySelector("main"), log = $("log"), state = $("state"), words = $("words"), language = $("language");
  let open = null;
  let chosen = false;
  const waiting = [];
  let delivering = false;

  const say = (key) => (WORDS[language.value] || WORDS.fr)[key];

  function speak(lang) {
    if (!WORDS[lang]) return;
    language.value = lang;
    document.documentElement.lang = lang;
    document.documentElement.dir = RIGHT_TO_LEFT.includes(lang) ? "rtl" : "ltr";
    document.querySelectorAll("[data-say]").forEach((node) => { node.textContent = say(node.dataset.say); });
    words.placeholder = say("hint");
  }

  async function post(path, body, headers) {
    const response = await fetch(path, {
      method: "POST",
      headers: Object.assign({ "Content-Type": "application/json" }, headers),
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw Object.assign(new Error(answer.error), { status: response.status });
    const file = /<([^>]+)>; rel="enclosure"/.exec(response.headers.get("Link") || "");
    return file ? Object.assign(answer, { file: new URL(file[1], response.url).href }) : answer;
  }

  function remember(conversation) {
    open = conversation;
    try {
      if (open) sessionStorage.setItem(KEPT, JSON.stringify(open));
      else sessionStorage.removeItem(KEPT);
    } catch (error) { /* a browser that keeps nothing: the conversation lives in this page */ }
  }

  function recall() {
    try { return JSON.parse(sessionStorage.getItem(KEPT)); } catch (error) { return null; }
  }

  async function exchange(said, key) {
    for (let attempt = 0; ; attempt += 1) {
      if (!open) remember(await post("api/v1/conversations", { language: language.value, guessed: !chosen }));
      try {
        return await post(`api/v1/conversations/${open.id}/messages?terms=true`, said,
          { Authorization: `Bearer ${open.token}`, "Idempotency-Key": key });
      } catch (error) {
        // Erased, or kept no longer: begin a new conversation, once.
        if (error.status !== 404 || attempt) throw error;
        remember(null);
      }
    }
  }

  function send(said, shown) {
    const key = Array.from(crypto.getRandomValues(new Uint8Array(12)), (n) => n.toString(16).padStart(2, "0")).join("");
    if (shown) { add(shown, "mine"); toTheEnd(); }
    waiting.push({ said, key });
    deliver();
  }

  // One at a time, in the order in which they were written; what did not go stays first in the line.
  async function deliver() {
    if (delivering) return;
    delivering = true;
    while (waiting.length) {
      const { said, key } = waiting[0];
      status(say("wait"));
      try {
        const turn = await exchange(said, key);
        waiting.shift();
        status("");
        const first = hear(turn);
        if (turn.file) await download(turn.file, first);
      } catch (error) {
        if (!error.status || error.status >= 500) {
          status(say("failed"), deliver);
          break;
        }
        waiting.shift();
        status(error.message);
      }
    }
    delivering = false;
  }

  // With the token in a header, where no history and no log keeps it. The link stays for who missed the download.
  async function download(address, message) {
    status(say("wait"));
    try {
      const response = await fetch(address, { headers: { Authorization: `Bearer ${open.token}` } });
      if (!response.ok) throw Object.assign(new Error((await response.json()).error), { status: response.status });
      const link = document.createElement("a");
      link.className = "file";
      link.href = URL.createObjectURL(await response.blob());
      link.download = "declic.ics";
      link.textContent = say("file");
      message.after(link);
      status("");
      read(message);
      link.click();
    } catch (error) {
      if (error.status && error.status < 500) status(error.message);
      else status(say("fileFailed"), () => download(address, message));
    }
  }

  // Only the conversation moves: scrollIntoView would push the head of the page away on a phone.
  function toTheEnd() { main.scrollTop = main.scrollHeight; }

  function hear(turn) {
    speak(turn.language);
    // The count begins anew when everything was erased, by a tap or by a word.
    if (turn.turn === 0) {
      remember(null);
      log.querySelectorAll("a.file").forEach((link) => URL.revokeObjectURL(link.href));
      log.textContent = "";
    }
    if (turn.messages.some((message) => message.choices.length)) {
      document.querySelectorAll(".choices").forEach((list) => list.classList.add("past"));
    }
    const heard = turn.messages.map((message) => show(message, turn.language));
    if (heard.length) read(heard[0]);
    return heard[0];
  }

  // From its first word on, even where it is longer than the screen.
  function read(message) {
    toTheEnd();
    const above = message.getBoundingClientRect().top - main.getBoundingClientRect().top;
    if (above < 0) main.scrollTop += above;
  }

  function status(text, again) {
    state.textContent = text;
    state.classList.toggle("failed", Boolean(again));
    if (again) state.append(" ", button(say("retry"), again));
    if (text) toTheEnd();
  }

  function button(label, act, detail) {
    const node = document.createElement("button");
    node.type = "button";
    node.textContent = label;
    if (detail) {
      const small = document.createElement("small");
      small.textContent = detail;
      node.append(small);
    }
    node.addEventListener("click", act);
    return node;
  }

  function add(text, whose, lang) {
    const node = document.createElement("div");
    node.className = `message ${whose}`;
    node.dir = "auto";
    if (lang) node.lang = lang;
    const speaker = document.createElement("span");
    speaker.className = "hidden";
    speaker.textContent = say(whose === "mine" ? "you" : "them");
    node.append(speaker, text);
    log.append(node);
    return node;
  }

  // The words that the message uses and that can be explained.
  function explainable(terms, lang) {
    const list = document.createElement("ul");
    list.className = "terms";
    list.setAttribute("aria-label", say("terms"));
    terms.forEach((term) => {
      const item = document.createElement("li");
      item.append(button(term.label, () => { send({ choice: term.id }, `${say("what")} ${term.label} ?`); words.focus({ preventScroll: true }); }));
      list.append(item);
    });
    if (lang) list.lang = lang;
    log.append(list);
  }

  function show(message, lang) {
    const node = add(message.text, "theirs", lang);
    if (message.terms) explainable(message.terms, lang);
    if (!message.choices.length) return node;
    const list = document.createElement("ul");
    list.className = "choices";
    message.choices.forEach((choice) => {
      const item = document.createElement("li");
      item.append(button(choice.label, () => { send({ choice: choice.id }, choice.label); words.focus({ preventScroll: true }); },
        choice.detail !== choice.label ? choice.detail : ""));
      list.append(item);
    });
    log.append(list);
    return node;
  }

  $("say").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = words.value.trim();
    if (!text) return;
    words.value = "";
    grow();
    send({ text }, text);
  });
  function grow() { words.style.height = "auto"; words.style.height = `${Math.min(words.scrollHeight + 2, 150)}px`; }
  words.addEventListener("input", grow);
  words.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      $("say").requestSubmit ? $("say").requestSubmit() : $("say").dispatchEvent(new Event("submit", { cancelable: true }));
    }
  });
  language.addEventListener("change", () => { chosen = true; speak(language.value); send({ choice: `language:${language.value}` }); });
  $("restart").addEventListener("click", () => send({ choice: "command:restart" }, say("restart")));
  $("erase").addEventListener("click", () => send({ choice: "command:erase" }, say("erase")));

  const asked = new URLSearchParams(location.search).get("lang");
  const guess = navigator.language.slice(0, 2);
  chosen = Boolean(WORDS[asked]);
  speak(chosen ? asked : WORDS[guess] ? guess : "fr");
  remember(recall());
  // After a reload the step is said again: the words themselves are kept nowhere.
  send({ choice: open ? "command:repeat" : "start" });
  words.focus({ preventScroll: true });
})();
