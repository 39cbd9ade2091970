"""Statements made up for the tests: CAMT.053 piece by piece, and CSV as seven French banks set it."""

import pytest

from billing.bank_files import StatementUnreadable, read_statement
from billing.references import reference_of

REFERENCE = reference_of(1234)
OURS = "FR1420041010050500013M02606"
THEIRS = "FR7630006000011234567890189"


def read(content: str | bytes, encoding="utf-8"):
    """A statement that is whole and clear."""
    statement = read_statement(content.encode(encoding) if isinstance(content, str) else content)
    assert statement.faults == ()
    return statement


def faults(content: str | bytes) -> list[tuple[int, str]]:
    statement = read_statement(content.encode() if isinstance(content, str) else content)
    return [(fault.line, fault.message) for fault in statement.faults]


def refusal(content: str | bytes) -> str:
    with pytest.raises(StatementUnreadable) as refused:
        read_statement(content.encode() if isinstance(content, str) else content)
    sentence = str(refused.value)
    assert sentence[0].isupper() and sentence.endswith(".")
    return sentence


def amounts(statement) -> list[str]:
    return [str(movement.amount) for movement in statement.movements]


# --- CAMT.053 ---------------------------------------------------------------------------------------------------------

SPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001."
VERSIONS = ["02", "03", "04", "05", "06", "07", "08", "10", "13"]


def balance(code: str, amount: str, day="2026-01-31") -> str:
    side = "DBIT" if amount.startswith("-") else "CRDT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{amount.lstrip('-')}</Amt>"
        f"<CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>\n"
    )


def entry(amount: str, inside="", *, side="CRDT", status="BOOK", day="2026-01-12", more="", currency="EUR") -> str:
    booked = f"<BookgDt><Dt>{day}</Dt></BookgDt>" if day else ""
    return (
        f"<Ntry><Amt Ccy='{currency}'>{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{more}<Sts>{status}</Sts>{booked}"
        f"{inside}</Ntry>\n"
    )


def transaction(amount="", *, text="", name="", iban="", structured="", more="", side="Dbtr", party="{}") -> str:
    """`party` is how a version wraps a name: since 08 in <Pty>."""
    said = "".join(f"<Ustrd>{line}</Ustrd>" for line in text.split("|") if line)
    if structured:
        said += f"<Strd><CdtrRefInf><Ref>{structured}</Ref></CdtrRefInf></Strd>"
    named = f"<{side}>{party.format(f'<Nm>{name}</Nm>')}</{side}>" if name else ""
    account = f"<{side}Acct><Id><IBAN>{iban}</IBAN></Id></{side}Acct>" if iban else ""
    value = f"<Amt Ccy='EUR'>{amount}</Amt>" if amount else ""
    return f"<TxDtls>{more}{value}<RltdPties>{named}{account}</RltdPties><RmtInf>{said}</RmtInf></TxDtls>\n"


def batch(*transactions: str) -> str:
    return f"<NtryDtls>{''.join(transactions)}</NtryDtls>"


def stmt(*inside: str, opening="1000.00", closing="1000.00", iban=OURS, number="2026-01", currency="EUR") -> str:
    balances = (balance("OPBD", opening, "2026-01-01") if opening else "") + (
        balance("CLBD", closing) if closing else ""
    )
    return (
        f"<Stmt><Id>{number}</Id><Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>{currency}</Ccy></Acct>\n"
        f"{balances}{''.join(inside)}</Stmt>\n"
    )


def camt(*statements: str, version="02", head='<?xml version="1.0" encoding="UTF-8"?>\n') -> str:
    return (
        f"{head}<Document xmlns='{SPACE}{version}'><BkToCstmrStmt>\n{''.join(statements)}</BkToCstmrStmt></Document>\n"
    )


def one(*inside: str, **balances) -> str:
    return camt(stmt(*inside, **balances))


PAID = entry(
    "120.00",
    batch(transaction(text=f"COTISATION|{REFERENCE}", name="Les Ateliers du Parc", iban=THEIRS, structured=REFERENCE)),
    more="",
)
GOOD = one(PAID, entry("20.50", side="DBIT"), closing="1099.50")


# --- CSV --------------------------------------------------------------------------------------------------------------

SAVINGS_BANK = """\
Date de comptabilisation;Libelle simplifie;Libelle operation;Reference;Informations complementaires;Type operation;\
Categorie;Sous categorie;Debit;Credit;Date operation;Date de valeur;Pointage operation
14/01/2026;LES ATELIERS DU PARC;VIR SEPA LES ATELIERS DU PARC;0A1B2C;COTISATION RF15 M000 1234;Virement recu;\
Revenus;Virements;;+1 250,00;14/01/2026;14/01/2026;0
13/01/2026;EDF;PRLV EDF CLIENTS;0Z9;;Prelevement;Logement;Energie;-87,40;;12/01/2026;13/01/2026;0
"""
MUTUAL_BANK = """\
Date d'opération,Date de valeur,Montant,Libellé,Solde
05/01/2026,06/01/2026,150.00,VIR MAIRIE DE SÈVRES RF15M0001234,10150.00
07/01/2026,07/01/2026,-4.20,"FRAIS, TENUE DE COMPTE €",10145.80
"""
POST_OFFICE = """\
Numéro Compte\t1234567A033
Type\tCCP
Compte tenu en\teuros
Date\t31/01/2026
Solde (EUROS)\t2345,67

Date\tLibellé\tMontant(EUROS)
30/01/2026\t"VIREMENT DE ÉLAN CRÉATIF"\t60,00
29/01/2026\t"ACHAT CB PAPETERIE"\t-12,5
"""
GREEN_BANK = """\
Téléchargement du 01/02/2026;
Association du club;
Compte de dépôt n° 12345678901;
Solde au 01/02/2026 : 1 840,00 €;

Date;Date valeur;Libellé;Débit euros;Crédit euros;
30/01/2026;30/01/2026;"VIREMENT EN VOTRE FAVEUR
  SARL DUPONT
  RF15 M0
  00 1234";;"1\u202f200,00";
28/01/2026;29/01/2026;"COTISATION BANCAIRE";"8,90";;
"""
RED_BANK = """\
="0201900016400270";01/01/2026;31/01/2026;
date_comptabilisation;libellé_complet_operation;montant_operation;devise;
31/01/2026;VIR RECU 8527975563S DE: BOIS ET CIE MOTIF: RF15M0001234;2188,28;EUR;
30/01/2026;CARTE X7527 29/01 IMPRIMEUR;-14,90;EUR;
"""
ONLINE_BANK = """\
dateOp;dateVal;label;category;supplierFound;amount;accountNum;accountLabel;accountbalance
2026-01-30;2026-01-31;"VIR Bois | Compagnie";"Virements";"bois";1 200,00;00040123456;COMPTE;900.10
2026-01-29;2026-01-29;"Frais";"Frais";"";-3,00;00040123456;COMPTE;900.10
"""
OLD_SAVINGS_BANK = """\
Code de la banque : 17515;Date de début de téléchargement : 01/01/2026;Date de fin de téléchargement : 31/01/2026;
Numéro de compte : 04123456789;Nom du compte : COMPTE COURANT;Devise : EUR;

Solde en fin de période;;;;1100,00
Date;Numéro d'opération;Libellé;Débit;Crédit;Détail
15/01/26;0001;VIREMENT;;150,00;COTISATION
16/01/26;0002;FRAIS;-50,00;;TENUE DE COMPTE
Solde en début de période;;;;1000,00
"""
BANKS = {
    "savings": (SAVINGS_BANK, ["1250.00", "-87.40"]),
    "mutual": (MUTUAL_BANK, ["150.00", "-4.20"]),
    "post": (POST_OFFICE, ["60.00", "-12.50"]),
    "green": (GREEN_BANK, ["1200.00", "-8.90"]),
    "red": (RED_BANK, ["2188.28", "-14.90"]),
    "online": (ONLINE_BANK, ["1200.00", "-3.00"]),
    "old savings": (OLD_SAVINGS_BANK, ["150.00", "-50.00"]),
}
