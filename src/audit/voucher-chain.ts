import type { Chain } from './event.ts'

/**
 * Who vouched for a person: the account's own SAML provider of that name, else the connector with
 * that id. A provider of the API may have a connector's name.
 */
export function voucherChain({
  connector,
  account,
}: {
  readonly connector: string
  readonly account?: string | undefined
}): Pick<Chain, 'connector' | 'samlProvider'> {
  // Both, so that the one takes the place of the other where a chain is written over.
  return account === undefined
    ? { connector, samlProvider: undefined }
    : { connector: undefined, samlProvider: `${account}/${connector}` }
}
