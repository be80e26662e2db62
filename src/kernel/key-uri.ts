/**
 * The `otpauth` URI that authenticator apps read (Google Authenticator wiki, "Key Uri Format").
 * `account`: its alias or 12 digits; `seed`: base32.
 */
export function keyUri({
  name,
  account,
  seed,
}: {
  readonly name: string
  readonly account: string
  readonly seed: string
}): string {
  const label = `${encodeURIComponent('Gatehouse')}:${encodeURIComponent(`${name}@${account}`)}`
  return `otpauth://totp/${label}?secret=${seed}&issuer=Gatehouse`
}
