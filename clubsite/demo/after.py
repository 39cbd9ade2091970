"""After the meetings: proposals followed from one to the next, and what those who came thought."""

import random
from dataclasses import dataclass
from datetime import timedelta

from clubsite.demo.world import World, clock_at
from events.actions import (
    add_axis,
    add_proposal,
    answer_survey,
    change_survey,
    close_survey,
    note_step,
    prepare_survey,
    release_survey,
    run_surveys,
)
from events.enums import ProposalStatus, SurveyQuestionKind
from events.models import Event, Proposal, Survey, SurveyInvitation, SurveyQuestion
from members.models import Organisation

UNDER_WAY, STATED_DONE, DONE, DROPPED = (
    ProposalStatus.UNDER_WAY,
    ProposalStatus.STATED_DONE,
    ProposalStatus.DONE,
    ProposalStatus.DROPPED,
)


@dataclass(frozen=True)
class Idea:
    """A proposal that came out of the event `title`; `due` in days from today; `steps`: (event, state, note)."""

    title: str
    axis: str
    text: str
    reason: str = ""
    owner: str = ""  # the name of an organisation; empty: the coordination
    due: int | None = None
    is_retained: bool = True
    is_public: bool = True
    steps: tuple[tuple[str, str, str], ...] = ()


TABLE, REUSE, CLAUSES = (
    "Table ronde\u00a0: l’insertion et les collectivités",
    "Open Map ESS – réemploi et déchets",
    "Groupe de travail «\u00a0clauses sociales\u00a0»",
)
EXPRESS = "Rencontres express des Yvelines"
SUPPORT, MODEL, COMPANIES = (
    "Soutien politique à l’insertion",
    "Préserver le modèle économique des structures",
    "Liens avec les entreprises",
)
IDEAS = (
    Idea(TABLE, SUPPORT, "Présenter chaque année les résultats de l’insertion devant le conseil communautaire",
         "Les élues et élus votent les budgets sans connaître les parcours ni les retours à l’emploi.", due=-20,
         steps=((EXPRESS, UNDER_WAY, "Date demandée au cabinet."),)),
    Idea(TABLE, SUPPORT, "Désigner dans chaque commune une personne référente pour l’insertion", due=60),
    Idea(TABLE, MODEL, "Étaler les appels à projets sur trois ans au lieu d’un",
         "Les structures passent un mois par an à remplir des dossiers.", is_retained=False),
    Idea(TABLE, COMPANIES, "Ouvrir une visite d’atelier par trimestre aux directions d’achats", owner="Mobilier Saint-Rémy", due=12,
         steps=((EXPRESS, UNDER_WAY, "Deux visites tenues, la troisième est fixée."),)),
    Idea(REUSE, COMPANIES, "Réserver aux structures l’enlèvement du mobilier de bureau déclassé", owner="Laboratoires Verdance", due=-9,
         reason="Le mobilier part aujourd’hui à la benne faute d’interlocuteur connu.",
         steps=((CLAUSES, UNDER_WAY, "Inventaire fait par le service logistique."),)),
    Idea(REUSE, COMPANIES, "Tenir à jour une liste des matières que chaque structure sait reprendre", owner="Atelier adapté des Deux Rives", due=25,
         steps=((CLAUSES, STATED_DONE, "Liste envoyée à la coordination."),)),
    Idea(REUSE, MODEL, "Payer les structures à trente jours au plus", owner="Syndicat intercommunal des Berges", due=-40,
         steps=((CLAUSES, DONE, "Délibération prise."),)),
    Idea(CLAUSES, SUPPORT, "Écrire un guide commun des clauses sociales pour les bailleurs", owner="Office public Habitat des Collines", due=45),
    Idea(CLAUSES, MODEL, "Demander une avance de démarrage dans chaque lot réservé", is_public=False, due=80),
    Idea(CLAUSES, COMPANIES, "Compter les heures d’insertion par trimestre plutôt que par an", is_retained=False, is_public=False),
)  # fmt: skip

TEXTS = (
    "Plus de temps pour les rendez-vous, moins de discours.",
    "Envoyer la liste des structures présentes avant la rencontre.",
    "Très bon accueil, salle un peu bruyante pendant les pitchs.",
    "Prévoir un créneau pour les marchés en cours.",
    "Refaire la même chose à l’automne !",
)


def leave_traces(world: World) -> None:
    """Runs last, with dice of its own, so that nothing before it falls otherwise."""
    dice = random.Random(38)
    for idea in IDEAS:
        _propose(world, idea)
    _ask(world, dice, REUSE, days=21, is_public=True)
    _ask(world, dice, CLAUSES, days=60, is_public=False)


def _event(title: str) -> Event:
    return Event.objects.select_related("club").get(title=title, is_demo=True)


def _propose(world: World, idea: Idea) -> None:
    event = _event(idea.title)
    by = world.coordinators[event.club.slug]
    with clock_at(event.ends_at - timedelta(minutes=20)):
        axes = {title: add_axis(event.club, by=by, title=title) for title in (SUPPORT, MODEL, COMPANIES)}
        owner = Organisation.objects.get(name=idea.owner, is_demo=True) if idea.owner else None
        due_on = (world.now + timedelta(days=idea.due)).date() if idea.due is not None else None
        proposal = add_proposal(
            event, by=by, axis=axes[idea.axis], text=idea.text, reason=idea.reason, organisation=owner, due_on=due_on,
            is_public=idea.is_public, is_retained=idea.is_retained,
        )  # fmt: skip
    for title, became, note in idea.steps:
        _note(world, proposal, _event(title), became, note)


def _note(world: World, proposal: Proposal, event: Event, became: str, note: str) -> None:
    """During the later event by the coordination; what the owner states, a little after it."""
    is_owners = became == STATED_DONE
    with clock_at(event.ends_at + timedelta(days=2) if is_owners else event.ends_at - timedelta(minutes=40)):
        by = world.contact_of(proposal.organisation) if is_owners else world.coordinators[event.club.slug]
        during = None if is_owners else event
        note_step(proposal, by=by, became=became, text=note, event=during, is_owners=is_owners)


def _ask(world: World, dice: random.Random, title: str, *, days: int, is_public: bool) -> None:
    """The survey of a past meeting: sent the day after it, answered by most; closed after `days`, if they are over."""
    event = _event(title)
    by = world.coordinators[event.club.slug]
    with clock_at(event.ends_at - timedelta(days=2)):
        survey = prepare_survey(event, by=by)
        opening = "Deux minutes pour préparer la prochaine rencontre avec vous."
        closes_at = event.ends_at + timedelta(days=days)
        survey = change_survey(survey, by=by, opening=opening, closes_at=closes_at, is_summary_public=is_public)
        release_survey(survey, by=by)
    for after in (1, 6):
        with clock_at(event.ends_at + timedelta(days=after)):
            run_surveys(event.ends_at + timedelta(days=after))
            _answer(dice, survey, share=0.5 if after == 1 else 0.4)
    closes_at = event.ends_at + timedelta(days=days, minutes=1)
    if closes_at < world.now:
        with clock_at(closes_at):
            close_survey(survey, by=None)


def _answer(dice: random.Random, survey: Survey, *, share: float) -> None:
    questions = list(survey.questions.all())
    for invitation in SurveyInvitation.objects.filter(survey=survey, has_answered=False).order_by("pk"):
        if dice.random() < share:
            answer_survey(invitation, {question.pk: _answer_to(dice, question) for question in questions})


def _answer_to(dice: random.Random, question: SurveyQuestion):
    kinds = SurveyQuestionKind
    if question.kind == kinds.TEXT:
        return dice.choice(TEXTS) if dice.random() < 0.25 else ""
    if question.kind == kinds.SCALE:
        return dice.choice((2, 3, 4, 4, 4, 5, 5, 5))
    if question.kind == kinds.YES_NO:
        return dice.choice((1, 1, 0))
    numbers = range(len(question.choices))
    return dice.sample(numbers, 2) if question.kind == kinds.SEVERAL else dice.choice(numbers)
