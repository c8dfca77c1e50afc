"""The parts of a DOCX file around its text: types, relationships, styles, numbers, properties."""

from collections.abc import Mapping
from html import escape as escape_html
from typing import Final

from ..characters import without_controls
from .document import Document

_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPES: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"

BODY_START: Final = f'{_XML}<w:document xmlns:w="{_MAIN}" xmlns:r="{_OFFICE}"><w:body>'
# A4 with margins of 25 mm, in twentieths of a point.
BODY_END: Final = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1417" w:right="1417" '
    'w:bottom="1417" w:left="1417" w:header="708" w:footer="708" w:gutter="0"/></w:sectPr>'
    "</w:body></w:document>"
)

_CONTENT_TYPES: Final = f"""{_XML}<Types xmlns="{_PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="{_TYPES}.document.main+xml"/>
<Override PartName="/word/styles.xml" ContentType="{_TYPES}.styles+xml"/>
<Override PartName="/word/numbering.xml" ContentType="{_TYPES}.numbering+xml"/>
<Override PartName="/docProps/core.xml" \
ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>
</Types>"""
_ROOT: Final = f"""{_XML}<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>
<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" \
Target="docProps/core.xml"/>
</Relationships>"""
# One list for the whole document, so that its numbers go on below each heading.
_NUMBERING: Final = f"""{_XML}<w:numbering xmlns:w="{_MAIN}">
<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="singleLevel"/>
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/>
<w:lvlJc w:val="left"/><w:pPr><w:tabs><w:tab w:val="num" w:pos="680"/></w:tabs>\
<w:ind w:left="680" w:hanging="680"/></w:pPr></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
</w:numbering>"""


def constant_parts(document: Document) -> dict[str, str]:
    """Return the parts that do not depend on the citations, by their names."""
    return {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _ROOT,
        "docProps/core.xml": _core(document),
        "word/styles.xml": _styles(document.language),
        "word/numbering.xml": _NUMBERING,
    }


def relationships(urls: Mapping[str, str]) -> str:
    """Return the relationships of the text: styles, numbers, and URLs with their names."""
    links = "\n".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/hyperlink" Target="{escape_html(url)}" '
        'TargetMode="External"/>'
        for url, name in urls.items()
    )
    return f"""{_XML}<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_OFFICE}/styles" Target="styles.xml"/>
<Relationship Id="rId2" Type="{_OFFICE}/numbering" Target="numbering.xml"/>
{links}
</Relationships>"""


def _core(document: Document) -> str:
    texts = {"title": document.title, "creator": document.author, "language": document.language}
    elements = "".join(
        f"<dc:{name}>{escape_html(without_controls(text))}</dc:{name}>"
        for name, text in texts.items()
        if text
    )
    return (
        f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/">{elements}</cp:coreProperties>'
    )


def _styles(language: str) -> str:
    tag = escape_html(language)
    return f"""{_XML}<w:styles xmlns:w="{_MAIN}">
<w:docDefaults><w:rPrDefault><w:rPr>\
<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"/>\
<w:sz w:val="22"/><w:szCs w:val="22"/>\
<w:lang w:val="{tag}" w:eastAsia="{tag}" w:bidi="{tag}"/></w:rPr></w:rPrDefault>\
<w:pPrDefault><w:pPr><w:spacing w:after="120"/></w:pPr></w:pPrDefault></w:docDefaults>
{_style("Normal", "Normal", "", "", ' w:default="1"')}
{_style("Title", "Title", '<w:spacing w:after="240"/>', '<w:b/><w:bCs/><w:sz w:val="36"/>')}
{_style("Subtitle", "Subtitle", '<w:spacing w:after="240"/>', '<w:sz w:val="24"/>')}
{_heading(1, 28)}
{_heading(2, 24)}
{_style("Citation", "Citation", '<w:keepLines/><w:ind w:left="680" w:hanging="680"/>', "")}
<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/>\
<w:rPr><w:color w:val="0B57A4"/><w:u w:val="single"/></w:rPr></w:style>
</w:styles>"""


def _heading(level: int, size: int) -> str:
    paragraph = f'<w:keepNext/><w:spacing w:before="240"/><w:outlineLvl w:val="{level - 1}"/>'
    character = f'<w:b/><w:bCs/><w:sz w:val="{size}"/>'
    return _style(f"Heading{level}", f"heading {level}", paragraph, character)


def _style(identifier: str, name: str, paragraph: str, character: str, default: str = "") -> str:
    """Return a style of paragraphs. Its names are those that Word gives a meaning to."""
    base = "" if default else '<w:basedOn w:val="Normal"/>'
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{identifier}"><w:name w:val="{name}"/>'
        f"{base}<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{character}</w:rPr></w:style>"
    )
