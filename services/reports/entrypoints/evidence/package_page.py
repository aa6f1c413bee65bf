"""The readable page of an exported package, for who has no other program than a browser, and no network."""

from collections.abc import Sequence
from html import escape

from services.reports.domain.custody import CustodyEntry
from services.reports.domain.evidence import Evidence
from services.reports.domain.manifest import manifest

_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #999;padding:.3rem .5rem;text-align:left;"
    "vertical-align:top;overflow-wrap:anywhere}code{overflow-wrap:anywhere}"
)


def package_page(evidence: Evidence, log: Sequence[CustodyEntry], name: str) -> bytes:
    """HTML without a script and without anything from elsewhere. In Indonesian, with English beside it."""
    sheet = manifest(evidence, len(log))
    head = log[-1].hash if log else ""
    facts = "".join(_row(f"{part}.{key}" if part else key, value) for part, key, value in _flat(sheet))
    lines = "".join(
        f"<tr><td>{entry.number}</td><td>{escape(entry.at)}</td><td>{escape(entry.actor)}</td>"
        f"<td>{escape(entry.action)}</td><td>{escape('; '.join(f'{k}: {v}' for k, v in entry.details))}</td>"
        f"<td><code>{entry.hash}</code></td></tr>"
        for entry in log
    )
    page = f"""<!doctype html>
<html lang="id"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Bukti {escape(evidence.number)}</title><style>{_STYLE}</style></head><body>
<h1>Bukti digital laporan {escape(evidence.number)}</h1>
<p>Berkas asli: <a href="original/{escape(name)}">original/{escape(name)}</a>
(<span lang="en">the original file, untouched</span>)</p>
<h2>Sidik jari / <span lang="en">Fingerprint</span></h2>
<p><code>{escape(head)}</code></p>
<p>Bandingkan dengan sidik jari pada surat tercetak atau di halaman bukti. <span lang="en">Compare it with the one on a
printed letter or on the page of the evidence.</span></p>
<h2>Memeriksa keutuhan / <span lang="en">Verify</span></h2>
<pre>python3 verify.py PAKET.zip --fingerprint {escape(head)}</pre>
<p>Tanpa jaringan, dengan Python 3.9 atau lebih baru. <span lang="en">Without a network, with Python 3.9 or later. Use a
verify.py that you trust; the one in this package is a copy.</span></p>
<h2>Manifes / <span lang="en">Manifest</span></h2><table>{facts}</table>
<h2>Catatan penguasaan / <span lang="en">Custody log</span></h2>
<table>
<tr><th>No.</th><th>Waktu (UTC)</th><th>Oleh</th><th>Tindakan</th><th>Rincian</th><th>Hash</th></tr>
{lines}</table>
</body></html>
"""
    return page.encode("utf-8", "replace")


def _flat(sheet: dict[str, object]) -> list[tuple[str, str, object]]:
    flat: list[tuple[str, str, object]] = []
    for key, value in sheet.items():
        if isinstance(value, dict):
            flat += [(key, inner, told) for inner, told in value.items()]
        else:
            flat.append(("", key, value))
    return flat


def _row(name: str, value: object) -> str:
    told = "–" if value is None or value == "" else escape(str(value))
    return f"<tr><th scope='row'>{escape(name)}</th><td>{told}</td></tr>"
