"""Names that are written in both orders: "Feng Siyuan" and "Siyuan Feng"."""

import re
from typing import Final

# Family names of Chinese, Korean and Vietnamese people in Latin script, without those that are
# also European names, such as Lee, Young and Long.
_NAMES = """
    bai bao bui cai cao chang chen cheng chiang chien chiu cho choi chou chu chung cui dai
    dang deng ding do dong doan du duan duong fan fang feng fu gao ge geng gong gu guan guo
    han hao he hong hou hsiao hsieh hsu hu hua huang huynh hwang jeon jeong jia jiang jin
    jung kang kim ko kong kwon lai le lei li liang liao lim lin ling liu lu lui luo luong lv
    lyu ma mai mao meng ngo nguyen ni oh pan park peng pham phan qi qian qin qiu qu ren seo
    shao shen shi shih song su sun tan tang tian tran tsai tseng tu vo vu wan wang wei wen
    wong wu xi xia xiang xiao xie xin xiong xu xue yan yang yao ye yeh yi yin yoon you yu
    yuan yue zeng zhai zhan zhang zhao zheng zhong zhou zhu zhuang zou zuo
"""
_FAMILY_NAMES: Final = frozenset(_NAMES.split())
_INITIALS: Final = "zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]"
_FINALS: Final = (
    "iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|uo|ui|ue|er"
    "|[aoeiu]"
)
_GIVEN_NAME = re.compile(rf"(?:(?:{_INITIALS})?(?:{_FINALS})){{1,3}}")


def is_family_name(word: str) -> bool:
    """Return whether a folded word is a common family name."""
    return word in _FAMILY_NAMES


def may_be_reversed(family: str, given: str) -> bool:
    """Return whether the parts of a name, folded, are in the wrong places.

    Where both are family names, as in "Yang Li", either order is a person of its own.

    >>> may_be_reversed("siyuan", "feng"), may_be_reversed("li", "yang")
    (True, False)
    """
    if not is_family_name(given) or is_family_name(family):
        return False
    return "-" in family or _GIVEN_NAME.fullmatch(family) is not None
