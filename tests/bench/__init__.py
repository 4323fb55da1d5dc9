"""This assistant against stock Rasa, on one machine in one run: ``make bench`` writes ``docs/benchmarks.md``.

``material`` is what is said; ``stock`` and ``ours`` train and start the two sides; ``sides`` talks to them;
``understanding``, ``turns`` and ``growth`` measure; ``report`` writes.
"""
