/** What one benchmark found, as `--json` prints it: a line a figure. */
export interface Figure {
  readonly bench: string
  readonly figure: string
  readonly value: number
  readonly unit: string
  /** What it is compared with, and how many times that it is. */
  readonly reference?: string
  readonly ratio?: number
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1
    ? sorted[Math.floor(middle)]!
    : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Three digits that count: 12345 → 12300, 0.12345 → 0.123. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3))
}

/** Rows under their heads, numbers to the right. */
export function tableText(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!),
      )
      .join('  ')
      .trimEnd()
  return [line(heads), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join(
    '\n',
  )
}

/** Either a line of JSON a figure, or the table. */
export function printFigures(figures: readonly Figure[], table: string): void {
  if (!process.argv.includes('--json')) {
    console.log(table)
    return
  }
  for (const figure of figures)
    console.log(
      JSON.stringify({
        ...figure,
        value: rounded(figure.value),
        ...(figure.ratio !== undefined && { ratio: rounded(figure.ratio) }),
      }),
    )
}
