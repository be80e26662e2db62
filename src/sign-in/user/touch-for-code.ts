import { iamArn, rootArn } from '../../kernel/arn.ts'
import { SignInFault } from '../../kernel/sign-in-fault.ts'
import type { KeyTicket, KeyTickets } from '../../sessions/key-tickets.ts'
import type { TouchCode, TouchCodes } from '../../sessions/touch-codes.ts'
import type { KeyOwner, UserKeys } from '../../sessions/user-keys.ts'
import type { Reads } from '../../store/store.ts'
import { audited, type Step } from '../audited.ts'
import type { EventPorts, EventUser, Origin } from '../sign-in-event.ts'
import { keyOf } from '../sign-in-token.ts'
import { provedTouch } from './security-key.ts'

/** What the page asks, and whom. */
export interface AskedTouch {
  readonly account: string
  /** `root` for the account's root. */
  readonly userName: string
  /** What the browser asks the key, as JSON; absent: the user has none that could be used. */
  readonly options: string | undefined
}

export interface CodeOfTouch extends TouchCode {
  readonly serialNumber: string
  /** Where the code goes on the person's own machine. */
  readonly returnTo?: string | undefined
}

/** The page where a program of the user asks for a key, and gets a one-time code for its touch. */
export interface TouchForCode {
  /** Undefined: the ticket is none, or has ended. */
  asked(ticket: string): Promise<AskedTouch | undefined>
  /** Throws SignInRefusal. One audit event either way. */
  touched(ticket: string, response: string, origin: Origin): Promise<CodeOfTouch>
}

export interface TouchForCodePorts extends EventPorts {
  readonly reads: Pick<Reads, 'find'>
  readonly userKeys: UserKeys
  readonly touchCodes: Pick<TouchCodes, 'make'>
  readonly keyTickets: Pick<KeyTickets, 'read'>
}

export function buildTouchForCode(ports: TouchForCodePorts): TouchForCode {
  const { userKeys, touchCodes, keyTickets } = ports
  const useOf = (ticket: string) => ({ purpose: 'code-page', by: keyOf(ticket) })
  return {
    async asked(ticket) {
      const read = keyTickets.read(ticket)
      const owner = read && (await ownerOf(ports, read))
      if (!owner) return undefined
      const options = await userKeys.proof(owner, useOf(ticket))
      return { account: owner.account, userName: owner.user?.name ?? 'root', options }
    },
    async touched(ticket, response, origin) {
      const told: { -readonly [K in keyof Step]: Step[K] } = {
        ...{ name: 'CheckMfa', origin, chain: {}, user: {} },
      }
      const { made } = await audited(ports, told, async () => {
        const read = keyTickets.read(ticket)
        const owner = read && (await ownerOf(ports, read))
        if (!owner) throw new SignInFault('attempt-ended', 'the ticket has ended, or its user')
        told.user = await eventUser(ports, owner)
        const device = provedTouch(await userKeys.touch(owner, useOf(ticket), response))
        const { serialNumber } = device
        told.user = { ...told.user, proved: true }
        const additional = { MFAIdentifier: serialNumber }
        const code = await touchCodes.make(serialNumber)
        return { made: { ...code, serialNumber, returnTo: read.returnTo }, additional }
      })
      return made
    },
  }
}

/** The user as they are now; undefined once they are gone, also where another has the name. */
async function ownerOf(
  { reads }: Pick<TouchForCodePorts, 'reads'>,
  { account, user }: KeyTicket,
): Promise<(KeyOwner & { readonly path?: string }) | undefined> {
  if (!(await reads.find('account', account, 'account'))) return undefined
  if (!user) return { account, user: undefined }
  const found = await reads.find('user', account, user.name.toLowerCase())
  return found?.id === user.id ? { account, user: found, path: found.path } : undefined
}

async function eventUser(
  { reads }: Pick<TouchForCodePorts, 'reads'>,
  { account, user, path }: KeyOwner & { readonly path?: string },
): Promise<EventUser> {
  const partition = (await reads.find('account', account, 'account'))?.partition ?? 'aws'
  if (!user) return { account, known: { type: 'Root', arn: rootArn(partition, account) } }
  const { id, name } = user
  const arn = iamArn({ partition, account }, 'user', name, path)
  return { account, known: { type: 'IAMUser', name, id, arn } }
}
