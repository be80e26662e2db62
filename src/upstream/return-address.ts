/** A longer one is left out, so that the address of AWS's sign-in page stays an address. */
const mostDestinationCharacters = 1024

/**
 * The page of ours that AWS's time-out page leads back to: it opens the same role's console at the
 * same place again.
 */
export function returnAddress(
  publicUrl: URL,
  roleArn: string | undefined,
  destination: string | undefined,
): string {
  if (roleArn === undefined) return new URL('/portal', publicUrl).href
  const address = new URL('/portal/console', publicUrl)
  address.searchParams.set('role', roleArn)
  if (destination !== undefined && destination.length <= mostDestinationCharacters)
    address.searchParams.set('to', destination)
  return address.href
}
