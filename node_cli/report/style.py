"""The sheet of the page: two sets of colours, one for each way in which people read."""

from __future__ import annotations

from typing import Final

LIGHT: Final = """
  --page: #fdfdfc; --panel: #f4f5f7; --ink: #1b2230; --muted: #5a6473; --line: #d8dce2;
  --shared: #1a62d6; --pooled: #0b7a6f; --alone: #8791a1; --liar: #c2410c; --good: #14783a; --bad: #b4231f;
"""

DARK: Final = """
  --page: #11151b; --panel: #191f28; --ink: #e7eaf0; --muted: #9ba5b4; --line: #2d3540;
  --shared: #74a9ff; --pooled: #4fd8c4; --alone: #778294; --liar: #ff9a55; --good: #57d68d; --bad: #ff7b72;
"""

SHEET: Final = (
    ":root { color-scheme: light dark; "
    + LIGHT
    + "}\n@media (prefers-color-scheme: dark) { :root { "
    + DARK
    + "} }\n"
    + """
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, "Segoe UI", "Helvetica Neue",
  "DejaVu Sans", sans-serif; }
main, header, footer { max-width: 68rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 3rem; }
h1 { font-size: 2.2rem; line-height: 1.15; margin: .2rem 0 .4rem; letter-spacing: -.01em; }
h2 { font-size: 1.35rem; margin: 3.2rem 0 .6rem; padding-top: .9rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 0 0 .4rem; }
p { margin: .5rem 0; max-width: 46rem; }
.eyebrow { color: var(--muted); font-size: .85rem; text-transform: uppercase; letter-spacing: .08em; margin: 0; }
.lead { font-size: 1.15rem; margin: 0 0 1rem; }
ul.split { color: var(--muted); padding-left: 1.1rem; margin: .6rem 0; max-width: 46rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: 1rem; margin: 1.8rem 0 0; }
.tile { background: var(--panel); border-radius: .7rem; padding: 1rem 1.2rem; }
.tile .what { color: var(--muted); font-size: .9rem; margin: 0; }
.tile .figure { font-size: 1.8rem; font-weight: 650; line-height: 1.2; margin: .1rem 0; white-space: nowrap; }
.tile .than { font-size: .9rem; margin: 0; }
.pair { display: grid; grid-template-columns: repeat(auto-fill, minmax(26rem, 1fr)); gap: 1.5rem; margin: 1rem 0; }
figure { margin: 0; background: var(--panel); border-radius: .7rem; padding: 1rem 1.1rem .7rem; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1.5rem;
  margin: 1rem 0; }
figcaption { font-size: .9rem; color: var(--muted); margin-top: .4rem; }
svg { width: 100%; height: auto; display: block; overflow: visible; }
svg text { fill: var(--muted); font-size: 14px; }
svg.wide text { font-size: 13px; }
svg.confusion { margin: 0 auto; } svg.confusion text.small { font-size: 12px; }
svg .cell { fill: var(--line); opacity: .35; } svg .right { fill: var(--shared); } svg .wrong { fill: var(--liar); }
svg text.count { fill: var(--ink); } svg text.on { fill: var(--page); font-weight: 650; }
svg .axis { stroke: var(--line); stroke-width: 1; }
svg .alone { stroke: var(--alone); fill: none; stroke-width: 1.5; }
svg .liar { stroke: var(--liar); fill: none; stroke-width: 1.5; stroke-dasharray: 2 4; }
svg .pooled { stroke: var(--pooled); fill: none; stroke-width: 2; stroke-dasharray: 7 4; }
svg .shared { stroke: var(--shared); fill: none; stroke-width: 3.5; stroke-linejoin: round; }
svg .dot { fill: var(--shared); stroke: none; }
svg .refused { fill: var(--panel); stroke: var(--shared); stroke-width: 2; }
svg .vote { stroke: var(--muted); stroke-width: 1; stroke-dasharray: 3 3; }
svg text.of-shared { fill: var(--shared); font-weight: 650; }
svg text.of-pooled { fill: var(--pooled); }
svg text.of-liar { fill: var(--liar); }
svg .undefended { stroke: var(--bad); fill: none; stroke-width: 2; stroke-dasharray: 1 4; stroke-linecap: round; }
svg text.of-undefended { fill: var(--bad); }
svg .disputed { fill: var(--liar); }
svg .chapter { fill: var(--alone); opacity: .22; }
svg .chapter.round { fill: var(--shared); opacity: .2; }
svg .chapter.referendum { fill: var(--pooled); opacity: .3; }
.scrolls { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums; }
th, td { padding: .38rem .6rem; text-align: right; vertical-align: middle; border-bottom: 1px solid var(--line); }
thead th { color: var(--muted); font-weight: 500; vertical-align: bottom; }
tbody th { font-weight: 500; text-align: left; white-space: nowrap; }
thead th:first-child, td.words, th.words { text-align: left; }
.acts tbody th { white-space: normal; }
tbody tr.strong > * { font-weight: 650; }
.kind { color: var(--muted); font-weight: 400; font-size: .85rem; display: block; line-height: 1.3; }
.words { text-align: left; display: block; }
.good { color: var(--good); } .bad { color: var(--bad); } .muted { color: var(--muted); }
.badge { border-radius: 1rem; padding: .08rem .6rem; font-size: .82rem; white-space: nowrap; border: 1px solid; }
.bar { display: block; height: .8rem; min-width: 1px; border-radius: .2rem; background: var(--alone); }
.bar.shared { background: var(--shared); } .bar.good { background: var(--good); } .bar.bad { background: var(--bad); }
.lane { display: block; width: 9rem; }
.lanes { display: flex; } .lanes .lane { width: 8rem; }
.lanes .back { width: 4rem; border-right: 1px solid var(--muted); }
.lane.back .bar { margin-left: auto; }
.bars { display: inline-flex; align-items: flex-end; gap: 2px; height: 1.6rem; margin-left: auto; }
.bars span { width: .5rem; min-height: 1px; background: var(--pooled); border-radius: .1rem .1rem 0 0; }
.mix { display: flex; width: 7rem; margin-left: auto; height: .8rem; border-radius: .2rem; overflow: hidden; }
.mix span:nth-child(1) { background: var(--liar); } .mix span:nth-child(2) { background: var(--pooled); }
.mix span:nth-child(n+3) { background: var(--alone); }
details { margin: .4rem 0; } summary { cursor: pointer; padding: .2rem 0; }
details > .scrolls { margin-left: 1.1rem; }
code { font: .88em ui-monospace, "SF Mono", "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
pre { background: var(--panel); border-radius: .5rem; padding: .8rem 1rem; overflow-x: auto; white-space: pre-wrap; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.2rem; }
dt { color: var(--muted); } dd { margin: 0; }
footer { color: var(--muted); font-size: .88rem; padding-top: 2rem; padding-bottom: 3rem; }
@media (max-width: 40rem) { .pair { grid-template-columns: 1fr; } h1 { font-size: 1.7rem; } }
@media print { details { display: block; } body { font-size: 11pt; } }
"""
)
