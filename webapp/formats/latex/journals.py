r"""The macros for journals of the American Astronomical Society, which the ADS writes: `\apj`.

Source: aastex's `aas_macros` and the list of the Astrophysics Data System.
"""

import re
from collections.abc import Mapping
from typing import Final

# The short and the full name of each journal, by macro.
JOURNALS: Final[Mapping[str, tuple[str, str]]] = {
    "aap": ("A&A", "Astronomy & Astrophysics"),
    "aapr": ("A&A Rev.", "Astronomy and Astrophysics Review"),
    "aaps": ("A&AS", "Astronomy & Astrophysics Supplement Series"),
    "aas": ("AAS", "American Astronomical Society Meeting Abstracts"),
    "actaa": ("Acta Astron.", "Acta Astronomica"),
    "aj": ("AJ", "The Astronomical Journal"),
    "ao": ("Appl. Opt.", "Applied Optics"),
    "apj": ("ApJ", "The Astrophysical Journal"),
    "apjl": ("ApJL", "The Astrophysical Journal Letters"),
    "apjlett": ("ApJL", "The Astrophysical Journal Letters"),
    "apjs": ("ApJS", "The Astrophysical Journal Supplement Series"),
    "apjsupp": ("ApJS", "The Astrophysical Journal Supplement Series"),
    "aplett": ("Astrophys. Lett.", "Astrophysical Letters"),
    "applopt": ("Appl. Opt.", "Applied Optics"),
    "apspr": ("Astrophys. Space Phys. Res.", "Astrophysics and Space Physics Research"),
    "apss": ("Ap&SS", "Astrophysics and Space Science"),
    "araa": ("ARA&A", "Annual Review of Astronomy and Astrophysics"),
    "azh": ("AZh", "Astronomicheskii Zhurnal"),
    "baas": ("BAAS", "Bulletin of the American Astronomical Society"),
    "bac": ("BAICz", "Bulletin of the Astronomical Institutes of Czechoslovakia"),
    "bain": ("BAN", "Bulletin of the Astronomical Institutes of the Netherlands"),
    "caa": ("Chinese Astron. Astrophys.", "Chinese Astronomy and Astrophysics"),
    "cjaa": ("ChJAA", "Chinese Journal of Astronomy and Astrophysics"),
    "chjaa": ("ChJAA", "Chinese Journal of Astronomy and Astrophysics"),
    "dps": ("DPS", "AAS Division for Planetary Sciences Meeting Abstracts"),
    "fcp": ("Fund. Cosmic Phys.", "Fundamentals of Cosmic Physics"),
    "gca": ("Geochim. Cosmochim. Acta", "Geochimica et Cosmochimica Acta"),
    "grl": ("Geophys. Res. Lett.", "Geophysical Research Letters"),
    "iaucirc": ("IAU Circ.", "International Astronomical Union Circulars"),
    "icarus": ("Icarus", "Icarus"),
    "jaavso": ("JAAVSO", "Journal of the American Association of Variable Star Observers"),
    "jcap": ("JCAP", "Journal of Cosmology and Astroparticle Physics"),
    "jcp": ("J. Chem. Phys.", "The Journal of Chemical Physics"),
    "jgr": ("J. Geophys. Res.", "Journal of Geophysical Research"),
    "jqsrt": ("JQSRT", "Journal of Quantitative Spectroscopy and Radiative Transfer"),
    "jrasc": ("JRASC", "Journal of the Royal Astronomical Society of Canada"),
    "maps": ("M&PS", "Meteoritics & Planetary Science"),
    "memras": ("MmRAS", "Memoirs of the Royal Astronomical Society"),
    "memsai": ("MmSAI", "Memorie della Società Astronomica Italiana"),
    "mnras": ("MNRAS", "Monthly Notices of the Royal Astronomical Society"),
    "na": ("New A", "New Astronomy"),
    "nar": ("New A Rev.", "New Astronomy Reviews"),
    "nat": ("Nature", "Nature"),
    "nphysa": ("Nucl. Phys. A", "Nuclear Physics A"),
    "pasa": ("PASA", "Publications of the Astronomical Society of Australia"),
    "pasj": ("PASJ", "Publications of the Astronomical Society of Japan"),
    "pasp": ("PASP", "Publications of the Astronomical Society of the Pacific"),
    "physrep": ("Phys. Rep.", "Physics Reports"),
    "physscr": ("Phys. Scr.", "Physica Scripta"),
    "planss": ("Planet. Space Sci.", "Planetary and Space Science"),
    "pra": ("Phys. Rev. A", "Physical Review A"),
    "prb": ("Phys. Rev. B", "Physical Review B"),
    "prc": ("Phys. Rev. C", "Physical Review C"),
    "prd": ("Phys. Rev. D", "Physical Review D"),
    "pre": ("Phys. Rev. E", "Physical Review E"),
    "prl": ("Phys. Rev. Lett.", "Physical Review Letters"),
    "procspie": ("Proc. SPIE", "Proceedings of the SPIE"),
    "psj": ("PSJ", "The Planetary Science Journal"),
    "qjras": ("QJRAS", "Quarterly Journal of the Royal Astronomical Society"),
    "rnaas": ("RNAAS", "Research Notes of the American Astronomical Society"),
    "rmxaa": ("RMxAA", "Revista Mexicana de Astronomía y Astrofísica"),
    "skytel": ("S&T", "Sky and Telescope"),
    "solphys": ("Sol. Phys.", "Solar Physics"),
    "sovast": ("Soviet Ast.", "Soviet Astronomy"),
    "ssr": ("Space Sci. Rev.", "Space Science Reviews"),
    "zap": ("ZAp", "Zeitschrift für Astrophysik"),
}
_MACRO = re.compile(r"\s*+\{*+\s*+\\([a-z]+)[\s{}]*")


def journal(source: str) -> tuple[str, str] | None:
    """Return the short and the full name if a field is nothing but the macro of a journal."""
    macro = _MACRO.fullmatch(source)
    return JOURNALS.get(macro[1]) if macro else None
