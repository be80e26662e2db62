/** `1 hour`, `1 hour 30 minutes`, `2 hours 10 seconds`: nothing is rounded. */
export function durationWords(seconds: number): string {
  const parts = [
    part(Math.floor(seconds / 3600), 'hour'),
    part(Math.floor((seconds % 3600) / 60), 'minute'),
    part(seconds % 60, 'second'),
  ]
  return parts.filter(Boolean).join(' ')
}

function part(count: number, unit: string): string {
  if (count === 0) return ''
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
