/** The style of the HTML report: light and dark, and without colour on paper. */
export const reportStyle = `
:root { color-scheme: light dark; --line: #d0d7de; --muted: #57606a; --bad: #b42318; --unsure: #8a5a00; --good: #1a7f37; --mark: #0b5fc0; }
@media (prefers-color-scheme: dark) { :root { --line: #3d444d; --muted: #9da7b1; --bad: #ff7b72; --unsure: #e3b341; --good: #56d364; --mark: #58a6ff; } }
body { font: 14px/1.45 system-ui, sans-serif; max-width: 1100px; margin: 24px auto; padding: 0 20px; }
h1 { font-size: 1.5em; margin: 0 0 8px; } h2 { font-size: 1.1em; margin: 24px 0 8px; } h3 { font-size: 1em; margin: 16px 0 4px; }
p { margin: 4px 0; } .sentence { font-size: 1.1em; } .muted { color: var(--muted); }
.fail { color: var(--bad); } .inconclusive, .warn { color: var(--unsure); } b.pass { color: var(--good); }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); overflow-wrap: break-word; } td code { overflow-wrap: anywhere; }
code, pre { font: 12px/1.4 ui-monospace, monospace; } pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.figures { display: flex; flex-wrap: wrap; gap: 16px; } figure { margin: 0; width: 340px; } figcaption { font-weight: 600; }
svg text { font-size: 11px; fill: currentColor; } svg path { fill: none; stroke: currentColor; } .axis, .guide { opacity: 0.4; } .guide { stroke-dasharray: 4 3; }
.line { stroke-width: 1.8; } .line-0 { stroke: var(--mark); } .line-1 { stroke: var(--bad); stroke-dasharray: 6 3; } .line-2 { stroke: var(--good); stroke-dasharray: 2 3; } .line-3 { stroke: var(--unsure); }
.bar { width: 120px; height: 10px; } .bar rect { fill: var(--mark); }
@media print { body { max-width: none; margin: 0; font-size: 11px; } section, figure, tr { break-inside: avoid; } :root { --line: #999; --muted: #444; --bad: #000; --unsure: #000; --good: #000; } }
`;
