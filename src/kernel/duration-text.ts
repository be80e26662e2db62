const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** Returns the seconds of a duration such as `1h30m`; whatever is no number and unit counts 0. */
export function secondsOf(text: string): number {
  return [...text.matchAll(/(\d+)([smhd])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * unitSeconds[unit!]!,
    0,
  )
}

/** Formats seconds as a duration, with the fewest units. */
export function spanText(seconds: number): string {
  let rest = seconds
  let text = ''
  for (const unit of ['d', 'h', 'm', 's']) {
    const count = Math.floor(rest / unitSeconds[unit]!)
    if (count > 0) text += `${count}${unit}`
    rest %= unitSeconds[unit]!
  }
  return text || '0s'
}
