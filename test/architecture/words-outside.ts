import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from './source-tree.ts'

/** A text for people that stands in code. */
export interface Stray {
  readonly file: string
  readonly line: number
  readonly text: string
}

/** Stands for what a template puts in. */
const filled = '…'
/** Attributes whose values people read or hear. */
const spoken = /\s(?:aria-label|title|placeholder|alt|data-all)="([^"]*)"/g
/** A template of attributes alone: ` hidden`, ` class="row"`. */
const attributesOnly = /^(?:[a-z…][a-z…-]*(?:="[^"]*")?\s*|\s+)*$/
const markup = /<[^>]*(?:>|$)/g
/** Properties and functions whose texts pages show. */
const shownProperties =
  /^(title|says|text|label|head|crumb|button|help|note|empty|one|many|keep|words|noun)$/
const shownBy = /^(text|badge|none|link|term)$/

/** Texts of a file that no catalogue holds. */
export function strayWords(file: string): readonly Stray[] {
  return strayWordsIn(file, readFileSync(join(root, file), 'utf8'))
}

/** As `strayWords`, of a given text. */
export function strayWordsIn(file: string, source: string): readonly Stray[] {
  const found: Stray[] = []
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ESNext, true)
  const add = (node: ts.Node, text: string) => {
    const { line } = tree.getLineAndCharacterOfPosition(node.getStart(tree))
    found.push({ file, line: line + 1, text: text.trim() })
  }
  const visit = (node: ts.Node): void => {
    if (isOutOfSight(node)) return
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText(tree) === 'html')
      for (const text of templateWords(piecesOf(node.template))) add(node, text)
    else if (ts.isTemplateExpression(node) && !ts.isTaggedTemplateExpression(node.parent)) {
      const text = piecesOf(node)
      if (isProse(text)) add(node, text)
    } else if (ts.isStringLiteralLike(node) && !ts.isTaggedTemplateExpression(node.parent)) {
      if (isLookedUp(node)) return
      if (isProse(node.text) || (isShown(node) && isWord(node.text))) add(node, node.text)
    }
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return found
}

/** Types, names of modules, and what is said to programmers. */
function isOutOfSight(node: ts.Node): boolean {
  if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node))
    return true
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword) return true
  return ts.isNewExpression(node) && /(Error|Fault)$/.test(node.expression.getText())
}

function piecesOf(template: ts.TemplateLiteral): string {
  if (ts.isNoSubstitutionTemplateLiteral(template)) return template.text
  return (
    template.head.text + template.templateSpans.map(({ literal }) => filled + literal.text).join('')
  )
}

function templateWords(text: string): readonly string[] {
  if (attributesOnly.test(text)) return []
  const heard = [...text.matchAll(spoken)].map(([, value]) => value!)
  const read = text.replace(markup, filled).split(filled)
  return [...heard, ...read].filter((piece) => /[A-Za-z]{2,}/.test(piece.replace(/&\w+;/g, '')))
}

/** A sentence or a phrase: words beside each other, of which one is written as in a text. */
function isProse(text: string): boolean {
  if (/^[./]|^https?:|[{}<>=]|\w\(/.test(text)) return false
  return /(^|\s)[A-Z][a-z’']+ [\wa-z…]|[a-z’…] [a-z]{2,}([.,:;?!]| [a-z…])/.test(text)
}

const isWord = (text: string) => /^[A-Z][a-z’-]+( |$)/.test(text)

/** What is compared or looked up is no text for people. */
function isLookedUp({ parent }: ts.Node): boolean {
  return ts.isCallExpression(parent) && /\.(get|set|startsWith)$/.test(parent.expression.getText())
}

function isShown(node: ts.Node): boolean {
  const { parent } = node
  if (ts.isPropertyAssignment(parent) && parent.initializer === node)
    return shownProperties.test(parent.name.getText())
  return ts.isCallExpression(parent) && shownBy.test(parent.expression.getText())
}
