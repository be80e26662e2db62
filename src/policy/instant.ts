const time = String.raw`(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)`
const iso = new RegExp(String.raw`^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T${time})?)?)?$`)
const epochSeconds = /^-?\d{1,12}$/

/**
 * Parses a date in W3C's profile of ISO 8601 or in epoch seconds into milliseconds since 1970;
 * undefined for anything else. Four digits are a year, as in the profile. Refuses days that do not
 * exist instead of rolling over.
 */
export function parseInstant(text: string): number | undefined {
  const found = iso.exec(text)
  if (!found) return epochSeconds.test(text) ? Number(text) * 1000 : undefined
  const [
    ,
    year,
    month = '01',
    day = '01',
    hour = '00',
    minute = '00',
    second = '00',
    fraction = '0',
    zone = 'Z',
  ] = found
  const shift = zoneMinutes(zone)
  if (shift === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)
    return undefined
  const date = new Date(0)
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day))
    return undefined
  const seconds = (Number(hour) * 60 + Number(minute) - shift) * 60 + Number(second)
  return date.getTime() + seconds * 1000 + Math.trunc(Number(`0.${fraction}`) * 1000)
}

function zoneMinutes(zone: string): number | undefined {
  if (zone === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(4))
  if (hours > 14 || minutes > 59) return undefined
  return (hours * 60 + minutes) * (zone.startsWith('-') ? -1 : 1)
}
