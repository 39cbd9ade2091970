"""Mail domains: how they are written, which ones belong to everybody, and at which a person has proved to be."""

from django.core.exceptions import ValidationError
from django.core.validators import DomainNameValidator
from django.utils.encoding import punycode
from django.utils.translation import gettext_lazy as _

# Providers where anybody may have an address: it says nothing of whom one works for.
_PROVIDERS = frozenset(
    """
    orange.fr wanadoo.fr free.fr freesbee.fr laposte.net sfr.fr sfr.net neuf.fr cegetel.net club-internet.fr 9online.fr
    bbox.fr numericable.fr numericable.com noos.fr aliceadsl.fr alice.fr libertysurf.fr worldonline.fr infonie.fr
    voila.fr caramail.com caramail.fr ifrance.com lycos.fr nordnet.fr netcourrier.com net-c.com net-c.fr mailo.com mailo.fr
    mailo.eu dbmail.com zaclys.net etik.com ik.me ikmail.com mediaserv.net zeop.re only.fr canl.nc lagoon.nc mls.nc mail.pf
    gmail.com googlemail.com icloud.com me.com mac.com live.com live.fr live.be live.ca live.co.uk live.it live.de msn.com
    windowslive.com passport.com
    proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tuta.com tuta.io tutamail.com keemail.me
    posteo.net posteo.de mailbox.org fastmail.com fastmail.fm hey.com hushmail.com vivaldi.net riseup.net disroot.org
    zohomail.com zohomail.eu mail.com email.com usa.net rocketmail.com
    skynet.be telenet.be proximus.be voo.be scarlet.be bluewin.ch hispeed.ch sunrise.ch web.de t-online.de freenet.de
    libero.it virgilio.it alice.it tim.it tiscali.it tiscali.fr sapo.pt terra.es telefonica.net comcast.net verizon.net
    att.net btinternet.com sky.com videotron.ca sympatico.ca mail.ru bk.ru inbox.ru list.ru yandex.ru yandex.com qq.com
    163.com 126.com sina.com naver.com
    yopmail.com yopmail.fr yopmail.net mailinator.com guerrillamail.com jetable.org trashmail.com temp-mail.org
    10minutemail.com
    """.split()
)
# Providers that are there under the ending of every country.
_WORLDWIDE = frozenset(["aol", "gmx", "hotmail", "outlook", "yahoo", "ymail"])
_is_domain_name = DomainNameValidator(accept_idna=False)


def clean_domain(text: str) -> str:
    """A mail domain as it is stored: ASCII (café.fr → xn--caf-dma.fr), in lower case, without the @ before it.

    Letters are brought into ASCII as they are when a letter is sent, so that who can read a letter to an address has
    proved to be at this domain and no other. Raises ValidationError for what is no domain.
    """
    name = text.strip().removeprefix("@").removesuffix(".").lower()
    if "@" in name:
        raise ValidationError(_("Write only what follows the @, such as our-company.fr."), code="address")
    try:
        name = punycode(name)
        _is_domain_name(name)
    except (UnicodeError, ValidationError) as error:
        raise ValidationError(_("This is no mail domain: write it like our-company.fr."), code="domain") from error
    return name


def domain_of(email: str) -> str:
    """The domain of an address, as it is stored; empty when it has none. A sub-domain is a domain of its own."""
    try:
        return clean_domain(email.rpartition("@")[2])
    except ValidationError:
        return ""


def readable(domain: str) -> str:
    """A stored domain as its people write it (xn--caf-dma.fr → café.fr)."""
    try:
        return domain.encode().decode("idna")
    except UnicodeError:
        return domain


def is_public_provider(domain: str) -> bool:
    """Anybody may have an address there (or below it)."""
    labels = domain.split(".")
    return any(_is_provider(labels[start:]) for start in range(len(labels) - 1))


def _is_provider(labels: list[str]) -> bool:
    name, *ending = labels
    is_ending = len(ending) == 1 or (len(ending) == 2 and ending[0] in ("co", "com"))
    return ".".join(labels) in _PROVIDERS or (name in _WORLDWIDE and is_ending)


def verified_domains(person) -> frozenset[str]:
    """The domains at which a person has confirmed an address, those of public providers left out."""
    domains = {domain_of(address.email) for address in person.emailaddress_set.all() if address.verified}
    return frozenset(domain for domain in domains if domain and not is_public_provider(domain))
