/** The look of the page: the colours of the figures, on white or on dark as the reader's system says. */
export const PAGE_STYLE = `
:root { --ground: #ffffff; --ink: #1b1f24; --muted: #5f6770; --line: #e1e5e9; --good: #00734f; --bad: #b04400; --open: #7a5b00; --bar: #0072b2; --mark: #b04400; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14181d; --ink: #eef1f4; --muted: #a3acb6; --line: #2f363d; --good: #2fcf9f; --bad: #ff8c42; --open: #d9b84a; --bar: #56b4e9; --mark: #ff8c42; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", sans-serif; }
main { max-width: 52rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .4rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem; }
p { margin: .3rem 0; overflow-wrap: anywhere; }
.about { color: var(--muted); }
.verdicts div { display: grid; grid-template-columns: 8.5rem 1fr; gap: .5rem; padding: .7rem 1rem; margin-top: .8rem; border: 1px solid var(--line); border-left: 5px solid; border-radius: 4px; }
.verdicts p { margin: 0; }
.good { border-left-color: var(--good) !important; } .good strong { color: var(--good); }
.bad { border-left-color: var(--bad) !important; } .bad strong { color: var(--bad); }
.open { border-left-color: var(--open) !important; } .open strong { color: var(--open); }
@media (max-width: 34rem) { .verdicts div { grid-template-columns: 1fr; } }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .9rem .3rem 0; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { color: var(--muted); font-weight: 500; }
th.name, td.name { text-align: left; }
li { overflow-wrap: anywhere; }
pre { margin: .5rem 0; padding: .6rem .8rem; border: 1px solid var(--line); border-radius: 4px; white-space: pre-wrap; overflow-wrap: anywhere; }
figure { margin: 0; border: 1px solid var(--line); border-radius: 4px; }
figure svg, .intervals { display: block; width: 100%; min-width: 34rem; height: auto; }
.dark { display: none; }
@media (prefers-color-scheme: dark) { .dark { display: block; } .light { display: none; } }
.intervals text { fill: var(--ink); font-size: 14px; } .intervals .scale { fill: var(--muted); font-size: 12px; }
.intervals .axis { stroke: var(--line); stroke-width: 2; } .intervals .bar { stroke: var(--bar); stroke-width: 8; }
.intervals .estimate { fill: var(--ground); stroke: var(--bar); stroke-width: 3; } .intervals .mark { stroke: var(--mark); stroke-width: 2; stroke-dasharray: 4 3; }
`;
