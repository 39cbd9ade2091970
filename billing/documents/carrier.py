"""The PDF says of itself that it is a Factur-X invoice: its metadata (XMP) name the attached XML and its profile."""

import io

from lxml import etree

ATTACHED = "factur-x.xml"
PROFILE = "EN 16931"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
EXTENSION = "http://www.aiim.org/pdfa/ns/extension/"
FACTURX = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
NAMESPACES = f'xmlns:rdf="{RDF}" xmlns:fx="{FACTURX}"'

PROPERTIES = f"""<rdf:Description rdf:about="" {NAMESPACES}>
<fx:DocumentType>INVOICE</fx:DocumentType>
<fx:DocumentFileName>{ATTACHED}</fx:DocumentFileName>
<fx:Version>1.0</fx:Version>
<fx:ConformanceLevel>{PROFILE}</fx:ConformanceLevel>
</rdf:Description>"""

# PDF/A wants every property explained that it does not know itself.
EXPLAINED = {
    "DocumentType": "The type of the hybrid document in capital letters",
    "DocumentFileName": "The name of the embedded XML document",
    "Version": "The version of the standard that applies to the embedded XML document",
    "ConformanceLevel": "The conformance level of the embedded XML document",
}
SCHEMA = f"""<rdf:li rdf:parseType="Resource" xmlns:rdf="{RDF}" xmlns:s="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:p="http://www.aiim.org/pdfa/ns/property#">
<s:schema>Factur-X PDFA Extension Schema</s:schema><s:namespaceURI>{FACTURX}</s:namespaceURI><s:prefix>fx</s:prefix>
<s:property><rdf:Seq>{{}}</rdf:Seq></s:property></rdf:li>"""
PROPERTY = """<rdf:li rdf:parseType="Resource"><p:name>{}</p:name><p:valueType>Text</p:valueType>
<p:category>external</p:category><p:description>{}</p:description></rdf:li>"""

PACKET = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>{}<?xpacket end="r"?>'


def as_facturx(pdf: bytes) -> bytes:
    """An archival `pdf` with the XML attached, whose metadata now say so. Nothing else of it changes."""
    from pypdf import PdfWriter  # noqa: PLC0415 - a heavy module, only where an invoice is made
    from pypdf.generic import NameObject, StreamObject  # noqa: PLC0415

    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    writer.pdf_header = pdf[:8].decode()  # "%PDF-1.7": a copy would say 1.3
    stream = StreamObject()
    stream.update({NameObject("/Type"): NameObject("/Metadata"), NameObject("/Subtype"): NameObject("/XML")})
    stream.set_data(_with_facturx(writer.root_object["/Metadata"].get_data()))
    writer._replace_object(writer.root_object.raw_get("/Metadata"), stream)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _with_facturx(packet: bytes) -> bytes:
    metadata = etree.fromstring(packet)
    [schemas] = metadata.iterfind(f".//{{{EXTENSION}}}schemas/{{{RDF}}}Bag")
    schemas.append(etree.fromstring(SCHEMA.format("".join(PROPERTY.format(*one) for one in EXPLAINED.items()))))
    metadata.find(f"{{{RDF}}}RDF").append(etree.fromstring(PROPERTIES))
    return PACKET.format(etree.tostring(metadata, encoding="unicode")).encode()
