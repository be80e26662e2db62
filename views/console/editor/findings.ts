import type { DocumentCheck } from '../../../src/console/editor-shown.ts'
import { words } from '../../../src/console/policies/words.ts'
import { glyph } from '../../glyph.ts'
import { html, type Safe } from '../../html.ts'

type Finding = DocumentCheck['findings'][number]

const said = words.check
/** A document of the quotas' size has fewer. */
const mostShown = 100

const looks = {
  error: { tone: 'bad', glyph: 'warning' },
  'security-warning': { tone: 'warn', glyph: 'lock' },
  warning: { tone: 'warn', glyph: 'warning' },
  suggestion: { tone: 'ink', glyph: 'info' },
} as const

/** What is wrong with a document, each with the button that mends it, where there is one. */
export function findingsView(findings: DocumentCheck['findings']): Safe {
  if (findings.length === 0)
    return html`<p class="muted">${glyph('check', 'i i-sm')} ${said.noFinding}</p>`
  const shown = findings.slice(0, mostShown)
  return html`<ol class="finds small">${shown.map(findingView)}</ol>
${
  shown.length < findings.length &&
  html`<p class="muted">${said.mostShown(shown.length, findings.length)}</p>`
}`
}

/** How many findings there are of each severity. */
export function countedFindings(findings: DocumentCheck['findings']): string {
  const counts = Object.entries(said.severities).flatMap(([severity, one]) => {
    const many = findings.filter((finding) => finding.severity === severity).length
    return many === 0 ? [] : [said.counted(many, one.toLowerCase())]
  })
  return counts.length === 0 ? said.noFinding : `${counts.join(', ')}.`
}

function findingView(finding: Finding): Safe {
  const { severity, line, column, message, advice, code, mend, path } = finding
  const { tone, glyph: name } = looks[severity]
  return html`<li><span class="b ${tone}">${glyph(name, 'i i-sm')}${
    said.severities[severity]
  }</span>
${said.at(line, column)} <span class="muted">${code}</span>
<p>${quoted(capital(message))}${advice !== '' && html`; ${quoted(advice)}`}.</p>${
    mend &&
    html`<p><button class="btn sm" name="mend" value="${code}@${path}"
 data-from="${mend.from}" data-to="${mend.to}" data-insert="${mend.insert}">${mend.words}<span
 class="vh">: ${said.at(line, column)}, ${code}</span></button></p>`
  }</li>`
}

/** The first word begins a sentence here, and none elsewhere; a quoted part stays as it is. */
function capital(message: string): string {
  return message.slice(0, 1).toUpperCase() + message.slice(1)
}

/** Messages quote parts of the document between backticks. */
function quoted(message: string): Safe {
  return html`${message
    .split('`')
    .map((part, i) => (i % 2 === 0 ? part : html`<code>${part}</code>`))}`
}

/** The severest finding of each line. */
export function linesFound(
  findings: DocumentCheck['findings'],
): ReadonlyMap<number, (typeof looks)[keyof typeof looks]['tone']> {
  return new Map(findings.toReversed().map(({ line, severity }) => [line, looks[severity].tone]))
}
