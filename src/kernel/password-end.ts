/** What a directory said about the end of the password with which it let a person in. */
export type PasswordEnd =
  | { readonly expiresAt: Date }
  /** It has expired, and lets the person in so many more times. */
  | { readonly signInsLeft: number }

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** Returns it as a sentence without a full stop, which begins with `subject`. */
export function passwordEndText(end: PasswordEnd, now: Date, subject = 'Your password'): string {
  if ('signInsLeft' in end) {
    const { signInsLeft: left } = end
    if (left === 0) return `${subject} has expired, and this was the last sign-in with it`
    if (left === 1) return `${subject} has expired, and one more sign-in with it is left`
    return `${subject} has expired, and ${left} more sign-ins with it are left`
  }
  const leftMs = end.expiresAt.getTime() - now.getTime()
  if (leftMs <= 0) return `${subject} has expired`
  if (leftMs < hourMs) return `${subject} expires within an hour`
  if (leftMs < 2 * dayMs) return `${subject} expires in ${counted(leftMs / hourMs, 'hour')}`
  return `${subject} expires in ${counted(leftMs / dayMs, 'day')}`
}

function counted(count: number, unit: string): string {
  const whole = Math.floor(count)
  return `${whole} ${unit}${whole === 1 ? '' : 's'}`
}
