from members.models.clubs import Club, ClubRole
from members.models.imports import Difference, ImportRow, ImportRun
from members.models.mail_domains import KeptOut, MailDomain
from members.models.organisations import Invitation, JoinRequest, Label, Organisation, Role
from members.models.people import Person
from members.models.places import Commune, PostCode, Territory
from members.models.trades import Occupation, Sector, SectorGroup

__all__ = [
    "Club",
    "ClubRole",
    "Commune",
    "Difference",
    "ImportRow",
    "ImportRun",
    "Invitation",
    "JoinRequest",
    "KeptOut",
    "Label",
    "MailDomain",
    "Occupation",
    "Organisation",
    "Person",
    "PostCode",
    "Role",
    "Sector",
    "SectorGroup",
    "Territory",
]
