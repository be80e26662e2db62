import type { Request, Router } from 'express'
import type { Problem } from '../../../../views/message.ts'
import { personSecurityPage } from '../../../../views/my/person-security.ts'
import { addKeyPage, touchKeyPage } from '../../../../views/my/security-keys.ts'
import { words } from '../../../../views/my/words.ts'
import { returnPath } from '../../../sign-in/destination.ts'
import { originOf, sendPage } from '../../app-ports.ts'
import { field } from '../../fields.ts'
import { asPerson, orTold, type PersonTurn, personFrame, renewRaised } from './person.ts'
import { done, type MyPorts } from './turn.ts'

const at = '/portal/security'

/** `/portal/security` of a person of a connector: their keys, and the touch of one. */
export function personKeyRoutes(router: Router, ports: MyPorts): void {
  const { protect } = ports
  router.get(
    at,
    asPerson(ports, (turn) => showKeys(turn)),
  )
  router.get(
    `${at}/add-key`,
    asPerson(ports, (turn) => showAdd(turn)),
  )
  router.post(`${at}/add-key`, protect, asPerson(ports, addKey))
  router.post(`${at}/remove-key`, protect, asPerson(ports, removeKey))
  router.get(
    `${at}/touch`,
    asPerson(ports, (turn) => showTouch(turn)),
  )
  router.post(`${at}/touch`, protect, asPerson(ports, touch))
}

async function showKeys(turn: PersonTurn, problem?: Problem, status = 200): Promise<void> {
  const { ports, res, identity } = turn
  const allowed = ports.ownKeys.allowed(identity)
  const shown = await ports.ownKeys.of(identity)
  const page = { ...shown, allowed, touchedAt: identity.touch?.at }
  sendPage(res, personSecurityPage(personFrame(turn, problem), page), status)
}

/** The browser asks the key by options of this moment: each refusal shows new ones. */
async function showAdd(turn: PersonTurn, problem?: Problem, status = 200): Promise<void> {
  const { ports, req, res, identity } = turn
  const { needs } = await ports.ownKeys.of(identity)
  const isOpen = ports.ownKeys.allowed(identity) && needs === undefined
  const options = isOpen ? await ports.ownKeys.registration(identity) : undefined
  if (options === undefined)
    return problem ? showKeys(turn, problem, status) : res.redirect(303, at)
  sendPage(res, addKeyPage(personFrame(turn, problem), { options, name: nameOf(req) }), status)
}

async function addKey(turn: PersonTurn): Promise<void> {
  const { ports, req, identity } = turn
  await orTold(
    async () => {
      const key = { name: nameOf(req), response: field(req.body, 'response') ?? '' }
      await ports.ownKeys.add(identity, key, originOf(req, ports))
      await done(turn, words.personKeyAdded, at)
    },
    (problem, status) => showAdd(turn, problem, status),
  )
}

async function removeKey(turn: PersonTurn): Promise<void> {
  const { ports, req, identity } = turn
  await orTold(
    async () => {
      await ports.ownKeys.remove(identity, field(req.body, 'id') ?? '', originOf(req, ports))
      await done(turn, words.personKeyRemoved, at)
    },
    (problem, status) => showKeys(turn, problem, status),
  )
}

async function showTouch(turn: PersonTurn, problem?: Problem, status = 200): Promise<void> {
  const { ports, req, res, identity } = turn
  const options = await ports.ownKeys.proof(identity)
  if (options === undefined || !ports.ownKeys.allowed(identity)) return showKeys(turn, problem)
  const page = { options, next: nextOf(ports, req) }
  sendPage(res, touchKeyPage(personFrame(turn, problem), page), status)
}

async function touch(turn: PersonTurn): Promise<void> {
  const { ports, req, identity } = turn
  await orTold(
    async () => {
      const response = field(req.body, 'response') ?? ''
      await ports.ownKeys.touch(identity, response, originOf(req, ports))
      await renewRaised(turn)
      await done(turn, words.touched, nextOf(ports, req))
    },
    (problem, status) => showTouch(turn, problem, status),
  )
}

function nameOf({ body }: Request): string {
  return (field(body, 'name') ?? '').trim().slice(0, 256)
}

/** A page of ours, by which the person came. */
function nextOf({ publicUrl }: MyPorts, { method, body, query }: Request): string {
  const wanted = field(method === 'POST' ? body : query, 'next')
  return wanted === undefined || wanted === '' ? at : returnPath(wanted, publicUrl)
}
