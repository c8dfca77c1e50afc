"""Tables of well-known venues, whose names often lack the acronym that everybody uses.

They are in lower case. Of several parts that a name contains, the first in the name decides, and of
those that begin at the same word the longest.
"""

from collections.abc import Mapping
from typing import Final

# The short name of a conference, and parts of its full name, which has ordinals, years and sponsors
# around them.
KNOWN: Final[Mapping[str, tuple[str, ...]]] = {
    # Language
    "LREC-COLING": ("computational linguistics, language resources and evaluation",),
    "EMNLP": (
        "empirical methods in natural language processing",
        "empirical methods for natural language processing",
        "joint conference on emnlp and conll",
    ),
    "NAACL": (
        "north american chapter of the association for computational linguistics",
        "human language technology conference of the naacl",
    ),
    "EACL": ("european chapter of the association for computational linguistics",),
    "AACL": ("asia-pacific chapter of the association for computational linguistics",),
    "ACL": (
        "meeting of the association of computational linguistics",
        "meeting of the association for computational linguistics",
        "annual meeting of the acl",
    ),
    "CoNLL": (
        "conference on computational natural language learning",
        "conference on natural language learning",
    ),
    "IJCNLP": ("international joint conference on natural language processing",),
    "CCL": ("chinese national conference on computational linguistics",),
    "NoDaLiDa": (
        "nordic conference on computational linguistics",
        "nordic conference of computational linguistics",
    ),
    "COLING": ("international conference on computational linguistics",),
    "LREC": (
        "language resources and evaluation conference",
        "conference on language resources and evaluation",
    ),
    "WMT": ("conference on machine translation", "conference on statistical machine translation"),
    "MT Summit": ("machine translation summit",),
    "EAMT": ("conference of the european association for machine translation",),
    "AMTA": ("conference of the association for machine translation in the americas",),
    "RANLP": ("recent advances in natural language processing",),
    "INLG": (
        "international natural language generation conference",
        "international conference on natural language generation",
    ),
    "ICON": ("international conference on natural language processing",),
    "IWSLT": (
        "conference on spoken language translation", "workshop on spoken language translation"
    ),
    "SemEval": ("workshop on semantic evaluation",),
    "*SEM": ("joint conference on lexical and computational semantics",),
    "IWCS": ("international conference on computational semantics",),
    "SIGDIAL": ("special interest group on discourse and dialogue", "sigdial meeting"),
    "TALN": ("traitement automatique des langues naturelles", "conférence taln"),
    "JEP": ("journées d'études sur la parole", "journées d’études sur la parole"),
    "PACLIC": ("pacific asia conference on language",),
    "GWC": ("global wordnet conference",),
    "Interspeech": ("conference of the international speech communication association",),
    "ICASSP": ("conference on acoustics, speech and signal processing",
               "conference on acoustics, speech, and signal processing"),
    # Learning, vision, data
    "NeurIPS": ("neural information processing systems",),
    "ICLR": ("international conference on learning representations",),
    "ICML": ("international conference on machine learning",),
    "AISTATS": ("conference on artificial intelligence and statistics",),
    "IJCAI": ("international joint conference on artificial intelligence",
              "international joint conferences on artificial intelligence"),
    "AAAI": ("aaai conference on artificial intelligence",),
    "UAI": ("uncertainty in artificial intelligence",),
    "CVPR": ("conference on computer vision and pattern recognition",),
    "ECCV": ("european conference on computer vision",),
    "WACV": ("winter conference on applications of computer vision",),
    "ICCV": ("international conference on computer vision",),
    "MICCAI": ("medical image computing and computer-assisted intervention",
               "medical image computing and computer assisted intervention"),
    "KDD": ("knowledge discovery and data mining", "knowledge discovery & data mining"),
    "SIGIR": ("research and development in information retrieval",),
    "ECIR": ("european conference on information retrieval",),
    "CIKM": ("conference on information and knowledge management",
             "conference on information & knowledge management"),
    "WSDM": ("conference on web search and data mining",),
    "WWW": ("world wide web conference", "conference on world wide web"),
    "SIGMOD": ("conference on management of data",),
    "VLDB": ("conference on very large data bases",),
    # Systems, programming, theory, people
    "ASPLOS": ("architectural support for programming languages and operating systems",),
    "SOSP": ("symposium on operating systems principles",),
    "OSDI": ("symposium on operating systems design and implementation",
             "symposium on operating system design and implementation"),
    "NSDI": ("symposium on networked systems design and implementation",),
    "ISCA": ("international symposium on computer architecture",),
    "MICRO": ("international symposium on microarchitecture",),
    "PLDI": ("programming language design and implementation",),
    "POPL": ("principles of programming languages",),
    "ICSE": ("international conference on software engineering",),
    "ASE": ("conference on automated software engineering",),
    "ISSTA": ("symposium on software testing and analysis",),
    "STOC": ("symposium on the theory of computing", "symposium on theory of computing"),
    "FOCS": ("symposium on foundations of computer science",),
    "SODA": ("symposium on discrete algorithms",),
    "CCS": ("conference on computer and communications security",),
    "CHI": ("human factors in computing systems",),
    "UIST": ("symposium on user interface software and technology",),
    "CSCW": ("computer-supported cooperative work", "computer supported cooperative work"),
    "ICRA": ("conference on robotics and automation",),
    "IROS": ("conference on intelligent robots and systems",),
}  # fmt: skip

# Known by a whole name. AASTeX defines the commands, which ADS writes in place of journals.
JOURNALS: Final[Mapping[str, str]] = {
    r"\aap": "A&A", r"\aj": "AJ", r"\apj": "ApJ", r"\apjl": "ApJL", r"\apjs": "ApJS",
    r"\araa": "ARA&A", r"\icarus": "Icarus", r"\jcap": "JCAP", r"\mnras": "MNRAS",
    r"\nat": "Nature", r"\pasa": "PASA", r"\pasj": "PASJ", r"\pasp": "PASP",
    r"\physrep": "Phys. Rep.", r"\pra": "Phys. Rev. A", r"\prb": "Phys. Rev. B",
    r"\prc": "Phys. Rev. C", r"\prd": "Phys. Rev. D", r"\pre": "Phys. Rev. E",
    r"\prl": "Phys. Rev. Lett.", r"\solphys": "Sol. Phys.", r"\ssr": "Space Sci. Rev.",
    "proceedings of the national academy of sciences": "PNAS",
    "proceedings of the national academy of sciences of the united states of america": "PNAS",
    "proceedings of the vldb endowment": "PVLDB",
    "proceedings of the acm on programming languages": "PACMPL",
    "proceedings of the acm on human-computer interaction": "PACMHCI",
    "transactions of the association for computational linguistics": "TACL",
    "journal of machine learning research": "JMLR",
}  # fmt: skip

# One series under two names, or with a conference that it was held together with.
ALIASES: Final[Mapping[str, str]] = {
    "NIPS": "NeurIPS", "EMNLP-IJCNLP": "EMNLP", "EMNLP-CoNLL": "EMNLP", "ACL-IJCNLP": "ACL",
    "ACL-HLT": "ACL", "AACL-IJCNLP": "AACL", "IJCNLP-AACL": "AACL", "NAACL-HLT": "NAACL",
    "HLT-NAACL": "NAACL", "ESEC/FSE": "FSE", "SIGKDD": "KDD", "Coling": "COLING",
    "COLING-ACL": "ACL", "COLING/ACL": "ACL", "HLT/EMNLP": "EMNLP", "HLT-EMNLP": "EMNLP",
    "TheWebConf": "WWW",
    "ConLL": "CoNLL",
}  # fmt: skip

# Conferences that workshops are held at: their acronym does not name the workshop.
HOSTS: Final = frozenset({*KNOWN, *ALIASES, "HLT", "MODELS"}) - {"SemEval", "IWSLT"}

# Sponsors, places and Roman numbers, which look like acronyms.
NO_ACRONYMS: Final = frozenset(
    (
        *("ACM", "AIP", "AMS", "APS", "ASME", "GI", "IEEE", "IET", "IFIP", "IOP", "SIAM", "SPIE"),
        *("USENIX", "UAE", "UK", "US", "USA", "USSR", "EU", "COVID", "CD-ROM", "PDF"),
        *("II", "III", "IV", "VI", "VII", "VIII", "IX"),
    )
)
