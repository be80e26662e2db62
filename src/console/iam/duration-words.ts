import { words } from './words.ts'

/** `1 hour`, `1 hour 30 minutes`, `2 hours 10 seconds`: nothing is rounded. */
export function durationWords(seconds: number): string {
  const parts = [
    part(Math.floor(seconds / 3600), words.duration.hour),
    part(Math.floor((seconds % 3600) / 60), words.duration.minute),
    part(seconds % 60, words.duration.second),
  ]
  return parts.filter(Boolean).join(' ')
}

function part(count: number, said: (count: number) => string): string {
  return count === 0 ? '' : said(count)
}
