"""What the demo is made of. Companies, buyers and people are invented; e-mail addresses lead nowhere."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from introductions.enums import ContractKind
from members.enums import OrganisationKind
from offers.enums import Provision

PASSWORD = "bienvenue-au-club"  # noqa: S105 - the demo's own, shown on its sign-in page
DOMAIN = "demo.example"

# Who may be signed in as on the demo: (whom they are, e-mail). The README has the same list.
ACCOUNTS = tuple(
    (label, f"{name}@{DOMAIN}")
    for label, name in (
        (_("Manager of a member company"), "directrice"),
        (_("Contributor of the same company"), "contributrice"),
        (_("Manager of a structure"), "structure"),
        (_("Coordinator of Hauts-de-Seine and Yvelines"), "coordination"),
        (_("Coordinator of Oise"), "oise"),
        (_("Reception desk of today’s event"), "accueil"),
        (_("Funder who reads the figures"), "financeur"),
        (_("Newcomer without an organisation"), "nouvelle"),
        (_("Administrator"), "admin"),
    )
)

COMPANY, BUYER = OrganisationKind.COMPANY, OrganisationKind.PUBLIC_BUYER


@dataclass(frozen=True)
class ClubContent:
    slug: str
    name: str
    lead: str
    description: str
    departments: tuple[str, ...]  # of its territory
    contacts_from: tuple[str, ...]  # post codes' departments whose structures stand in its directory
    colour: str
    objective: int
    stretch: int


CLUBS = (
    ClubContent(
        "hauts-de-seine",
        "Club Busin’ESS Hauts-de-Seine",
        "Entreprises, acheteurs publics et structures de l’insertion et du handicap travaillent ensemble.",
        "Le club réunit celles et ceux qui achètent, qui recrutent et qui accompagnent. On s’y rencontre lors d’Open Map "
        "ESS et de petits-déjeuners, on s’y présente ses besoins et ses offres, et l’on suit chaque mise en relation "
        "jusqu’au contrat signé, confirmé par les deux parties.",
        ("92",),
        ("92", "93", "38", "97"),
        "#0b5d57",
        50,
        100,
    ),
    ClubContent(
        "yvelines",
        "Club Busin’ESS Yvelines",
        "Un réseau de proximité, de Mantes à Rambouillet, pour acheter et recruter autrement.",
        "Des rendez-vous réguliers par bassin d’emploi, un annuaire des savoir-faire et une coordination qui met les "
        "bonnes personnes en relation au bon moment.",
        ("78",),
        ("78",),
        "#7a3b12",
        30,
        60,
    ),
    ClubContent(
        "oise",
        "Club Busin’ESS Oise",
        "L’insertion par l’activité économique de l’Oise rencontre les entreprises du territoire.",
        "De Beauvais à Compiègne, le club rapproche les ateliers, chantiers et entreprises d’insertion des donneurs "
        "d’ordre publics et privés.",
        ("60",),
        ("60", "80"),
        "#2d4a8a",
        40,
        80,
    ),
)


@dataclass(frozen=True)
class OrganisationContent:
    club: str
    kind: str
    name: str
    street: str
    post_code: str
    city: str
    naf: str
    headcount: str
    description: str


def _o(club, kind, name, street, post_code, city, naf, headcount, description):
    return OrganisationContent(club, kind, name, street, post_code, city, naf, headcount, description)


ORGANISATIONS = (
    _o("hauts-de-seine", COMPANY, "Laboratoires Verdance", "12 rue des Champs Fleuris", "92000", "Nanterre", "2120Z",
       "250 à 499 salariés", "Fabricant de produits de soin. Cherche des partenaires pour l’entretien du site et les repas d’équipe."),
    _o("hauts-de-seine", COMPANY, "Imprimerie du Pont Neuf", "4 quai de la Batelière", "92230", "Gennevilliers", "1812Z",
       "50 à 99 salariés", "Imprimeur offset et numérique, en tension sur les métiers de la finition."),
    _o("hauts-de-seine", COMPANY, "Transports Belleroche", "31 avenue du Port", "92230", "Gennevilliers", "4941A",
       "100 à 199 salariés", "Messagerie et derniers kilomètres. Recrute des chauffeurs-livreurs et des préparateurs de commandes."),
    _o("hauts-de-seine", COMPANY, "Cabinet Orsenne Conseil", "8 place des Trois Fontaines", "92800", "Puteaux", "7022Z",
       "20 à 49 salariés", "Conseil en organisation ; organise chaque mois des séminaires clients."),
    _o("hauts-de-seine", COMPANY, "Hôtel des Terrasses", "55 boulevard Circulaire", "92400", "Courbevoie", "5510Z",
       "50 à 99 salariés", "Hôtel de 180 chambres : linge, entretien, espaces extérieurs."),
    _o("hauts-de-seine", COMPANY, "Bâtisseurs de l’Ouest", "2 rue de la Cale Sèche", "92700", "Colombes", "4120B",
       "200 à 249 salariés", "Entreprise générale de bâtiment, titulaire de marchés avec clause sociale d’insertion."),
    _o("hauts-de-seine", COMPANY, "Numérilis", "19 rue du Moulin à Vent", "92130", "Issy-les-Moulineaux", "6202A",
       "100 à 199 salariés", "Services informatiques ; renouvelle 400 postes par an."),
    _o("hauts-de-seine", COMPANY, "Résidences Alcyone", "77 avenue du Bois Clair", "92160", "Antony", "8710A",
       "100 à 199 salariés", "Trois résidences pour personnes âgées : restauration, blanchisserie, jardins."),
    _o("hauts-de-seine", COMPANY, "Atelier Mécanique Tessier", "6 rue des Forges", "92390", "Villeneuve-la-Garenne", "2562B",
       "20 à 49 salariés", "Usinage de précision, à la recherche de sous-traitants en montage."),
    _o("hauts-de-seine", COMPANY, "Foncière Grand Angle", "1 parvis de l’Horloge", "92800", "Puteaux", "6820B",
       "50 à 99 salariés", "Gère 40 immeubles de bureaux : propreté, accueil, espaces verts."),
    _o("hauts-de-seine", COMPANY, "Épicerie Coursive", "23 rue du Marché Couvert", "92100", "Boulogne-Billancourt", "4711B",
       "10 à 19 salariés", "Épicerie de quartier et livraison à vélo."),
    _o("hauts-de-seine", COMPANY, "Énergies Lumen Services", "14 allée des Tilleuls", "92500", "Rueil-Malmaison", "4321A",
       "200 à 249 salariés", "Installation et maintenance électrique, réponse aux marchés publics."),
    _o("hauts-de-seine", BUYER, "Syndicat intercommunal des Berges", "3 place de l’Écluse", "92600", "Asnières-sur-Seine", "8411Z",
       "100 à 199 salariés", "Acheteur public : entretien des berges, déchets, travaux. Réserve des lots."),
    _o("hauts-de-seine", BUYER, "Office public Habitat des Collines", "40 rue des Acacias", "92140", "Clamart", "6820A",
       "250 à 499 salariés", "Bailleur social, 9 000 logements. Clauses sociales dans tous les marchés de travaux."),
    _o("hauts-de-seine", BUYER, "Lycées du Val Fleury – groupement d’achat", "9 rue de l’Orangerie", "92190", "Meudon", "8531Z",
       "50 à 99 salariés", "Groupement d’achat de douze établissements."),
    _o("hauts-de-seine", OrganisationKind.NETWORK, "Réseau des acheteurs responsables", "10 rue du Fil d’Or", "92000", "Nanterre", "9499Z",
       "6 à 9 salariés", "Tête de réseau : partage de pratiques entre acheteuses et acheteurs."),
    _o("hauts-de-seine", OrganisationKind.FUNDER, "Fonds local pour l’inclusion", "16 avenue de la Préfecture", "92000", "Nanterre", "8413Z",
       "10 à 19 salariés", "Finance l’animation du club et suit ses résultats."),
    _o("hauts-de-seine", OrganisationKind.EA, "Atelier adapté des Deux Rives", "5 rue du Bac", "92600", "Asnières-sur-Seine", "8292Z",
       "50 à 99 salariés", "Entreprise adaptée : conditionnement, logistique et numérisation."),
    _o("hauts-de-seine", OrganisationKind.ESAT, "ESAT Les Glycines", "18 chemin des Vignes", "92260", "Fontenay-aux-Roses", "8810C",
       "100 à 199 salariés", "Espaces verts, blanchisserie et restauration collective."),
    _o("yvelines", COMPANY, "Mobilier Saint-Rémy", "11 rue des Ébénistes", "78190", "Trappes", "3109B",
       "50 à 99 salariés", "Fabricant de mobilier de bureau, engagé dans le réemploi."),
    _o("yvelines", COMPANY, "Jardins de Cressely", "2 route des Étangs", "78114", "Magny-les-Hameaux", "8130Z",
       "20 à 49 salariés", "Paysagiste. Co-traite avec des structures d’insertion."),
    _o("yvelines", COMPANY, "Logistique Seine Aval", "1 avenue des Entrepôts", "78200", "Mantes-la-Jolie", "5210B",
       "200 à 249 salariés", "Plateforme logistique ; cent recrutements par an."),
    _o("yvelines", COMPANY, "Aéro-Composites Vélizy", "7 rue de la Soufflerie", "78140", "Vélizy-Villacoublay", "3030Z",
       "250 à 499 salariés", "Sous-traitant aéronautique : propreté industrielle, conditionnement."),
    _o("yvelines", COMPANY, "Traiteur Maison Clairvaux", "29 rue Royale Neuve", "78000", "Versailles", "5621Z",
       "20 à 49 salariés", "Réceptions et plateaux repas, besoin de renforts en cuisine."),
    _o("yvelines", BUYER, "Agglomération des Plaines", "12 place de l’Hôtel d’Agglo", "78280", "Guyancourt", "8411Z",
       "500 salariés et plus", "Douze communes, un schéma de promotion des achats responsables."),
    _o("yvelines", BUYER, "Centre hospitalier de la Boucle", "20 rue du Pavillon Sud", "78300", "Poissy", "8610Z",
       "500 salariés et plus", "Linge, déchets, restauration, espaces verts."),
    _o("yvelines", OrganisationKind.ESAT, "ESAT du Vieux Moulin", "3 ruelle du Moulin", "78120", "Rambouillet", "8810C",
       "50 à 99 salariés", "Menuiserie, espaces verts et mise sous pli."),
    _o("oise", COMPANY, "Verreries de la Brèche", "44 route de Clermont", "60600", "Clermont", "2313Z",
       "100 à 199 salariés", "Verrerie industrielle, tri et recyclage du calcin."),
    _o("oise", COMPANY, "Agro Plateau Picard", "8 rue du Silo", "60130", "Saint-Just-en-Chaussée", "1039A",
       "50 à 99 salariés", "Légumes transformés ; saisonnalité forte, besoin de main-d’œuvre."),
    _o("oise", COMPANY, "Chaudronnerie du Thérain", "15 rue de l’Usine", "60000", "Beauvais", "2511Z",
       "20 à 49 salariés", "Structures métalliques, en tension sur les soudeuses et soudeurs."),
    _o("oise", COMPANY, "Hôtellerie des Étangs", "6 allée du Château d’Eau", "60200", "Compiègne", "5510Z",
       "20 à 49 salariés", "Deux hôtels et un centre de séminaires."),
    _o("oise", BUYER, "Habitat Oise Avenir", "33 rue de la Garenne", "60000", "Beauvais", "6820A",
       "250 à 499 salariés", "Bailleur social : travaux, entretien, espaces verts."),
    _o("oise", BUYER, "Communauté des Deux Vallées", "1 place du Beffroi", "60200", "Compiègne", "8411Z",
       "200 à 249 salariés", "Acheteur public : voirie, déchets, bâtiments."),
)  # fmt: skip


@dataclass(frozen=True)
class OfferContent:
    """An offer that a structure of one of these NAF prefixes could make; an empty tuple fits every structure."""

    naf: tuple[str, ...]
    title: str
    provision: str
    sectors: tuple[str, ...]
    description: str
    references: str


STAFFING, SERVICE, GOODS = Provision.STAFFING, Provision.SERVICE, Provision.GOODS
OFFERS = (
    OfferContent(("5621", "5610"), "Buffets et cocktails de saison", SERVICE, ("Traiteur",),
        "Buffets, cocktails et petits-déjeuners d’équipe, de 15 à 300 personnes. Cuisine maison, produits de saison, vaisselle "
        "réutilisable et service compris si vous le souhaitez. Chaque commande fait travailler nos salariés en parcours "
        "d’insertion en cuisine et en salle.", "Séminaires d’entreprise jusqu’à 250 couverts\nInaugurations de collectivités"),
    OfferContent(("5621", "5610"), "Plateaux repas livrés à vélo", GOODS, ("Paniers, plateaux repas",),
        "Plateaux repas chauds ou froids, commande la veille avant 16 h, livraison à vélo-cargo. Menus végétariens et sans "
        "allergènes sur demande. Bocaux consignés repris à la livraison suivante.", "Réunions de direction\nJournées de formation"),
    OfferContent(("812", "8299", "8121", "8122", "8129"), "Nettoyage de bureaux et parties communes", SERVICE, ("Nettoyage de locaux",),
        "Entretien régulier de bureaux, d’écoles et de parties communes, avec une encadrante technique présente sur chaque site. "
        "Produits écolabellisés, contrôle qualité mensuel partagé avec vous.", "Immeubles de bureaux de 3 000 m²\nGroupes scolaires"),
    OfferContent(("812",), "Nettoyage de fin de chantier", SERVICE, ("Nettoyage industriel",),
        "Remise en état après travaux : dépoussiérage, vitrerie, évacuation des gravats légers. Idéal pour réaliser vos heures "
        "d’insertion en fin d’opération.", "Livraison de logements neufs\nRéhabilitation en site occupé"),
    OfferContent(("8130", "0113", "9499"), "Création et entretien d’espaces verts", SERVICE, ("Création et entretien des espaces verts",),
        "Tonte, taille, désherbage sans produit chimique, plantations et petits aménagements paysagers. Équipes de six avec leur "
        "chef d’équipe, matériel électrique.", "Parcs d’activités\nRésidences de bailleurs sociaux"),
    OfferContent(("9499", "8899"), "Gestion écologique de berges et de sentiers", SERVICE,
        ("Entretien, restauration, aménagement des espaces naturels",),
        "Fauche tardive, lutte contre les plantes invasives, ramassage de déchets flottants, pose de clôtures et de panneaux.",
        "Syndicats de rivière\nForêts périurbaines"),
    OfferContent(("38",), "Collecte et tri des déchets de bureau", SERVICE, ("Collecte des déchets papiers et fournitures d'entreprises",),
        "Bacs de tri, collecte planifiée, pesée et bilan matière annuel pour votre rapport extra-financier. Papier, carton, "
        "gobelets, piles et cartouches.", "Sièges d’entreprise\nAdministrations"),
    OfferContent(("38", "4754", "47"), "Réemploi d’équipements électriques et informatiques", SERVICE,
        ("Recyclage d'équipements électriques et électroniques (DEEE)",),
        "Enlèvement, effacement certifié des données, reconditionnement ou démantèlement. Chaque lot est tracé et restitué dans un "
        "rapport.", "Parcs de 50 à 2 000 postes"),
    OfferContent(("38",), "Débarras et réemploi de mobilier professionnel", SERVICE,
        ("Recyclage d'éléments d'ameublement (DAE) et petits objets",),
        "Inventaire, démontage, réemploi solidaire et recyclage de vos meubles lors d’un déménagement ou d’un réaménagement.",
        "Déménagements de sièges\nVide-bureaux"),
    OfferContent(("782", "781"), "Intérim d’insertion : logistique, bâtiment, propreté", STAFFING, ("Manutention",),
        "Nous déléguons des intérimaires accompagnés par nos chargées d’insertion, formés au poste et suivis chaque semaine. "
        "Solution adaptée aux clauses sociales.", "Chantiers de rénovation urbaine\nPlateformes logistiques"),
    OfferContent(("783", "8899"), "Mise à disposition de personnel pour vos renforts", STAFFING, ("Ressources Humaines",),
        "Une journée, une semaine ou plusieurs mois : agents d’entretien, aide de cuisine, manutention, petits travaux, accueil. "
        "Nous restons l’employeur, vous ne payez que les heures faites.", "Communes\nAssociations\nParticuliers et TPE"),
    OfferContent(("41", "43"), "Peinture, sols et second œuvre", SERVICE, ("Peinture & Revêtement des murs",),
        "Rénovation de logements entre deux locations, bureaux, halls et cages d’escalier. Peinture, sols souples, petite "
        "maçonnerie. Devis sous huit jours.", "Remise en état de logements sociaux"),
    OfferContent(("432", "8810"), "Plomberie et adaptation de salles de bain", SERVICE, ("Plomberie",),
        "Remplacement de sanitaires, adaptation au vieillissement, recherche de fuites. Compagnons qualifiés et salariés en "
        "parcours.", "Bailleurs sociaux\nRésidences pour personnes âgées"),
    OfferContent(("801",), "Accueil et gardiennage de sites", SERVICE, ("Poste de garde / Accueil",),
        "Agentes et agents d’accueil et de sécurité titulaires de la carte professionnelle, pour vos sites et vos évènements.",
        "Équipements sportifs\nSalons"),
    OfferContent(("8219", "7490", "8292", "9499"), "Conditionnement, mise sous pli et routage", SERVICE, ("Logistique, conditionnement",),
        "Assemblage de coffrets, étiquetage, filmage, mise sous pli de 500 à 200 000 plis. Stock et expédition possibles.",
        "Coffrets de fin d’année\nCampagnes d’information municipales"),
    OfferContent(("0113",), "Paniers de légumes bio pour vos équipes", GOODS, ("Maraîchage, légumerie, conserverie",),
        "Un panier par semaine déposé dans vos locaux, cultivé à moins de 50 km par des salariés en insertion.",
        "Comités d’entreprise"),
    OfferContent(("1399", "9499"), "Chiffons d’essuyage et objets textiles recyclés", GOODS, ("Textiles",),
        "Chiffons industriels calibrés, sacs et pochettes cousus à partir de bâches et de textiles usagés.", "Ateliers mécaniques\nÉvènementiel"),
    OfferContent(("9609", "8899", "8810"), "Blanchisserie professionnelle", SERVICE, ("Blanchisserie",),
        "Linge plat, vêtements de travail, vêtements professionnels : ramassage, lavage, repassage, livraison en 72 heures.",
        "Hôtels\nRestaurants\nÉtablissements médico-sociaux"),
    OfferContent(("9499", "8559", "8790"), "Recyclerie : collecte d’objets et ateliers de réemploi", SERVICE, ("Collecte d'encombrants",),
        "Collecte sur rendez-vous, ressourcerie, ateliers de réparation pour vos salariés pendant la semaine du développement durable.",
        "Semaines de la réduction des déchets"),
    OfferContent((), "Petits travaux et conciergerie d’entreprise", SERVICE, ("Conciergerie d'entreprise",),
        "Une équipe polyvalente pour les petites réparations, les montages de meubles, les courses et les états des lieux.",
        "Pépinières d’entreprises"),
)  # fmt: skip

# Subjects of introductions by sector, and the kinds of contract that tend to come of them.
PURCHASE_KINDS = (ContractKind.SERVICE, ContractKind.SUPPLY, ContractKind.SUBCONTRACTING, ContractKind.RESERVED_LOT)
STAFFING_KINDS = (ContractKind.STAFFING, ContractKind.CDI, ContractKind.CDD, ContractKind.PMSMP)

HIRING_SUBJECTS = (
    ("Recruter deux préparatrices ou préparateurs de commandes", "N1103"),
    ("Recruter un agent d’entretien après immersion", "K2204"),
    ("Accueillir des stagiaires en immersion (PMSMP)", "M1601"),
    ("Embaucher une aide de cuisine à l’issue du parcours", "G1602"),
    ("Recruter une peintre ou un peintre en bâtiment", "F1606"),
    ("Trouver un chauffeur-livreur sur courte distance", "N4105"),
)

FIRST_NAMES = (
    "Amina", "Bastien", "Chloé", "Damien", "Élodie", "Farid", "Gaëlle", "Hugo", "Inès", "Jérôme", "Karima", "Louis",
    "Mélanie", "Nabil", "Océane", "Pauline", "Quentin", "Rachida", "Samuel", "Tiphaine", "Ugo", "Valérie", "Yanis", "Zoé",
)  # fmt: skip
LAST_NAMES = (
    "Abadie", "Bellanger", "Carlier", "Delorme", "Essomba", "Ferreira", "Grosjean", "Hamdi", "Isnard", "Jacquet",
    "Kone", "Lemoine", "Marchand", "N’Diaye", "Ollivier", "Perrot", "Quéré", "Rossignol", "Sellami", "Texier",
    "Urbain", "Vasseur", "Weber", "Zerrouki",
)  # fmt: skip
JOB_TITLES = (
    "Directrice", "Directeur", "Responsable des achats", "Chargée de mission RSE", "Responsable des ressources humaines",
    "Responsable commerciale", "Encadrant technique", "Chargée d’insertion professionnelle", "Gérante",
)  # fmt: skip
