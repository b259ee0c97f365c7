"""The words by which people's texts are understood: aliases, symptoms, cues, products, processes. Knows no text."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from models.vocabulary import tables
from models.vocabulary.entries import (
    Alias,
    Combination,
    Cue,
    Description,
    NotNeed,
    Process,
    Question,
    Symptom,
    Telling,
    Trouble,
    Weights,
)
from models.vocabulary.places import industries
from models.vocabulary.programme import indicators, methods
from models.vocabulary.tables import DATA, Row

NOT_NEED_KINDS = (
    *("loan", "orders", "advert", "hiring", "subsidy", "land", "dispute", "personal", "greeting", "equipment_sale"),
    *("assistant", "vague"),
)


QUESTIONS = (
    *("todo", "deadline", "phone", "score", "silent_mentor", "change_mentor", "complain", "person", "leave", "who"),
    *("cost", "programme", "benefit", "length", "methods", "no_answer", "need_state", "ticket_state"),
    *("mentor_contact", "log", "checkin", "invite", "withdraw_need", "language", "privacy", "photo", "usage"),
    *("broadcast", "invite_unit", "thanks", "took_place", "no_show", "meaning"),
)
NOTION = "notion"  # the class of all words of the programme that somebody may not know


@cache
def troubles(folder: Path = DATA) -> Mapping[str, Trouble]:
    """The kinds of trouble, by id: the textbook table of symptom and method."""
    known, sections, shown_by = methods(folder), industries(folder), indicators(folder)

    def make(row: Row) -> Trouble:
        cures = row.weights("methods", known)
        if not cures:
            raise row.fault("'methods' is empty")
        return Trouble(
            id=row.text("id"),
            zh=row.text("zh"),
            en=row.text("en"),
            methods=cures,
            indicators=row.all_of("indicators", shown_by),
            sections=row.all_of("sections", sections),
        )

    return tables.entries(folder, "troubles", ("id", "zh", "en", "methods", "indicators", "sections"), make)


@cache
def method_aliases(folder: Path = DATA) -> tuple[Alias, ...]:
    """Other names, abbreviations and misspellings of the methods."""
    known = methods(folder)

    def make(row: Row) -> Alias:
        return Alias(row.text("alias"), row.one_of("method", known), row.yes("is_name"))

    return tables.listed(folder, "method_aliases", ("alias", "method", "is_name"), make, lambda a: a.text.lower())


@cache
def method_labels(folder: Path = DATA) -> tuple[Alias, ...]:
    """What offers and lists call fields of work, each with the method it comes to; never looked for within a text."""
    known = methods(folder)

    def make(row: Row) -> Alias:
        return Alias(row.text("label"), row.one_of("method", known), False)

    return tables.listed(folder, "method_labels", ("label", "method"), make, lambda a: a.text.lower())


@cache
def symptoms(folder: Path = DATA) -> tuple[Symptom, ...]:
    """Phrases and the troubles they tell of."""
    known = troubles(folder)

    def make(row: Row) -> Symptom:
        return Symptom(row.text("phrase"), row.weights("means", known))

    return tables.listed(folder, "symptoms", ("phrase", "means"), make, lambda s: s.phrase)


@cache
def descriptions(folder: Path = DATA) -> tuple[Description, ...]:
    """Sentences about troubles, for likeness of wording."""
    known = troubles(folder)

    def make(row: Row) -> Description:
        return Description(row.one_of("trouble", known), row.text("text"))

    return tables.listed(folder, "descriptions", ("trouble", "text"), make, lambda d: (d.trouble, d.text))


@cache
def usual(folder: Path = DATA) -> Mapping[str, Weights]:
    """The usual troubles of each section of industry, as shares of one: what to assume of a text that says little."""
    known, sections = troubles(folder), industries(folder)

    def make(row: Row) -> tuple[str, Weights]:
        return row.one_of("section", sections), row.weights("troubles", known)

    return MappingProxyType(dict(tables.listed(folder, "usual", ("section", "troubles"), make, lambda pair: pair[0])))


@cache
def cues(folder: Path = DATA) -> Mapping[str, Cue]:
    """Classes of words, by id."""
    return tables.entries(folder, "cues", ("id", "words"), lambda row: Cue(row.text("id"), row.many("words")))


@cache
def combinations(folder: Path = DATA) -> tuple[Combination, ...]:
    """Pairs of cues that mean a trouble when they stand in one clause."""
    known, means = cues(folder), troubles(folder)

    def make(row: Row) -> Combination:
        return Combination(row.one_of("first", known), row.one_of("second", known), row.weights("means", means))

    return tables.listed(
        folder, "combinations", ("first", "second", "means"), make, lambda c: frozenset((c.first, c.second))
    )


@cache
def processes(folder: Path = DATA) -> tuple[Process, ...]:
    """Words for processes, the industries that have them and the troubles they go with."""
    known, means = industries(folder), troubles(folder)

    def make(row: Row) -> Process:
        return Process(row.text("term"), row.all_of("industries", known), row.weights("means", means))

    return tables.listed(folder, "processes", ("term", "industries", "means"), make, lambda p: p.term)


@cache
def products(folder: Path = DATA) -> Mapping[str, str]:
    """The industry code of each product word."""
    known = industries(folder)

    def make(row: Row) -> tuple[str, str]:
        return row.text("product"), row.one_of("code", known)

    return MappingProxyType(dict(tables.listed(folder, "products", ("product", "code"), make, lambda pair: pair[0])))


@cache
def trade(folder: Path = DATA) -> frozenset[tuple[str, str]]:
    """Who supplies whom: pairs of industry codes, seller first."""
    known = industries(folder)

    def make(row: Row) -> tuple[str, str]:
        return row.one_of("seller", known), row.one_of("buyer", known)

    return frozenset(tables.listed(folder, "trade", ("seller", "buyer"), make, lambda pair: pair))


@cache
def not_needs(folder: Path = DATA) -> tuple[NotNeed, ...]:
    """Words that show a message to be no quality need, or too vague to act on."""

    def make(row: Row) -> NotNeed:
        return NotNeed(row.one_of("kind", NOT_NEED_KINDS), row.text("cue"))

    return tables.listed(folder, "not_needs", ("kind", "cue"), make, lambda n: n.cue)


@cache
def asides(folder: Path = DATA) -> tuple[NotNeed, ...]:
    """Whole messages that are no quality need, so that others like them are known by their wording."""

    def make(row: Row) -> NotNeed:
        return NotNeed(row.one_of("kind", NOT_NEED_KINDS), row.text("text"))

    return tables.listed(folder, "asides", ("kind", "text"), make, lambda n: n.cue)


@cache
def questions(folder: Path = DATA) -> tuple[Question, ...]:
    """The questions that people ask of the assistant, in the wordings they use; others worded like them are known."""

    def make(row: Row) -> Question:
        return Question(row.one_of("about", QUESTIONS), row.text("text"))

    found = tables.listed(folder, "questions", ("about", "text"), make, lambda one: one.text.lower())
    if unasked := set(QUESTIONS) - {one.about for one in found}:
        raise ValueError(f"questions.csv: nothing is about {', '.join(sorted(unasked))}")
    return found


@cache
def question_cues(folder: Path = DATA) -> Mapping[str, Cue]:
    """Classes of words that questions to the assistant are made of, by id."""

    def make(row: Row) -> Cue:
        return Cue(row.text("id"), row.many("words"))

    return tables.entries(folder, "question_cues", ("id", "words"), make)


@cache
def notions(folder: Path = DATA) -> Mapping[str, Cue]:
    """What the programme means by its own words, by id: the words for each."""

    def make(row: Row) -> Cue:
        return Cue(row.text("id"), row.many("words"))

    return tables.entries(folder, "notions", ("id", "words"), make)


@cache
def question_signs(folder: Path = DATA) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Classes of words that together are the sign of a question: what it is about, and the classes."""
    known = {*question_cues(folder), NOTION}

    def make(row: Row) -> tuple[str, tuple[str, ...]]:
        cues = row.all_of("cues", known)
        if not cues:
            raise row.fault("'cues' is empty")
        return row.one_of("about", QUESTIONS), cues

    return tables.listed(folder, "question_signs", ("about", "cues"), make, lambda sign: (sign[0], frozenset(sign[1])))


@cache
def wording(folder: Path = DATA) -> Mapping[str, float]:
    """How much likelier each character or pair is in a message that is no quality need, as a logarithm."""

    def make(row: Row) -> tuple[float, list[str]]:
        return row.weight("weight"), row.text("grams").split()

    lines = tables.listed(folder, "wording", ("weight", "grams"), make, lambda line: line[0])
    return MappingProxyType({gram: weight for weight, grams in lines for gram in grams})


WORDING_SIGNS = ("always", "worded", "trouble", "alike", "method", "cue")


@cache
def wording_signs(folder: Path = DATA) -> Mapping[str, float]:
    """What each sign of a message that is no quality need weighs."""

    def make(row: Row) -> tuple[str, float]:
        return row.one_of("sign", WORDING_SIGNS), row.weight("weight")

    return MappingProxyType(
        dict(tables.listed(folder, "wording_signs", ("sign", "weight"), make, lambda pair: pair[0]))
    )


@cache
def telling(folder: Path = DATA) -> tuple[Telling, ...]:
    """Which n-grams and classes of words speak for a trouble (or against it), by their weight, as it was learnt."""
    known = troubles(folder)

    def make(row: Row) -> Telling:
        return Telling(row.one_of("trouble", known), row.weight("weight"), row.text("grams"))

    return tables.listed(
        folder, "telling", ("trouble", "weight", "grams"), make, lambda line: (line.trouble, line.weight)
    )


@cache
def urgency(folder: Path = DATA) -> Mapping[str, str]:
    """Words of haste (high) and of leisure (low); words that only look like one have an empty level."""

    def make(row: Row) -> tuple[str, str]:
        return row.text("word"), row.maybe("level") and row.one_of("level", ("high", "low"))

    return MappingProxyType(dict(tables.listed(folder, "urgency", ("word", "level"), make, lambda pair: pair[0])))


@cache
def syllables(folder: Path = DATA) -> Mapping[str, str]:
    """The usual reading in pinyin of each character of GB 2312, without tone."""

    def make(row: Row) -> tuple[str, str]:
        return row.text("syllable"), row.text("characters")

    lines = tables.listed(folder, "syllables", ("syllable", "characters"), make, lambda pair: pair[0])
    return MappingProxyType({character: syllable for syllable, characters in lines for character in characters})
