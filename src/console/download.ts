import type { Cell } from './cells.ts'
import type { FileContent, Head } from './shown.ts'

/** What a list holds, as the columns of its page show it. */
export interface Table {
  /** The name of the file, without its ending. */
  readonly name: string
  readonly heads: readonly Head[]
  readonly rows: readonly (readonly Cell[])[]
  /** There were more rows than one file holds. */
  readonly cut: boolean
}

export const formats = ['csv', 'json'] as const
type Format = (typeof formats)[number]

/** Returns the format that an address asks for, or undefined. */
export function formatOf(asked: string | undefined): Format | undefined {
  return formats.find((one) => one === asked)
}

/** A table as a file. The name of a file that was cut says so, and so does its JSON. */
export function fileOf({ name, heads, rows, cut }: Table, format: Format): FileContent {
  const titles = heads.map(({ head }) => head)
  const texts = rows.map((row) => row.map(cellText))
  const file = `${name}${cut ? `-first-${rows.length}` : ''}.${format}`
  if (format === 'csv') {
    const lines = [titles, ...texts].map((row) => row.map(csvField).join(','))
    return { kind: 'file', name: file, type: 'text/csv', text: `${lines.join('\r\n')}\r\n` }
  }
  const items = texts.map((row) => Object.fromEntries(row.map((text, i) => [titles[i]!, text])))
  const text = `${JSON.stringify({ complete: !cut, items }, null, 2)}\n`
  return { kind: 'file', name: file, type: 'application/json', text }
}

/**
 * RFC 4180. What begins as a formula gets an apostrophe, because spreadsheets run formulas of files
 * that others filled.
 */
function csvField(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function cellText(cell: Cell): string {
  switch (cell.kind) {
    case 'time':
      return cell.at.toISOString()
    case 'none':
    case 'box':
    case 'qr':
    case 'blank':
      return ''
    case 'chips':
      return cell.texts.join(' ')
    case 'bar':
      return `${cell.used}/${cell.most}`
    default:
      return cell.text
  }
}
