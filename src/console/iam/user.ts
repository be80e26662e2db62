import type { AccessKeyMetadata, User } from '../../reference/aws/iam-shapes.gen.ts'
import { addressOf, type Params } from '../address.ts'
import { words as analysis } from '../analysis/words.ts'
import { type Call, type Output, type Part, partOf, unlessAbsent } from '../call.ts'
import { badge, type Cell, code, link, none, text, time } from '../cells.ts'
import { limitsOf } from '../limits.ts'
import { detailPage } from '../page.ts'
import { words as reports } from '../reports/words.ts'
import { words as securityKeyWords } from '../security-keys/words.ts'
import type { Section } from '../shown.ts'
import { words as credentialWords } from './credentials/words.ts'
import { words as mfaWords } from './mfa/words.ts'
import {
  attachedSection,
  boundaryCell,
  inlineSection,
  mostItems,
  partSection,
  tagsCell,
} from './parts.ts'
import { signInAddress } from './users/sign-in-address.ts'
import { words as userWords } from './users/words.ts'
import { users } from './users.ts'
import { words } from './words.ts'

const { keys: keyWords, devices: deviceWords, password: passwordWords } = words.user

const calls = [
  'iam:GetUser',
  'iam:ListGroupsForUser',
  'iam:ListAttachedUserPolicies',
  'iam:ListUserPolicies',
  'iam:ListAccessKeys',
  'iam:GetAccessKeyLastUsed',
  'iam:ListMFADevices',
  'iam:GetLoginProfile',
] as const
type UserCall = Call<(typeof calls)[number]>

/** `/console/users/NAME`. */
export const user = detailPage({
  path: '/console/users/:name',
  params: { name: { ...limitsOf('iam:GetUser', 'UserName'), required: true } },
  under: users,
  crumb: ({ name = '' }) => name,
  calls,
  async read(call, { params: { name = '' }, session, publicUrl }) {
    const { User: found } = await call('iam:GetUser', { UserName: name })
    const asked = { UserName: found.UserName, MaxItems: mostItems }
    const [groups, attached, inline, keys, devices, password] = await Promise.all([
      partOf(call('iam:ListGroupsForUser', asked)),
      partOf(call('iam:ListAttachedUserPolicies', asked)),
      partOf(call('iam:ListUserPolicies', asked)),
      partOf(keysOf(call, found.UserName)),
      partOf(call('iam:ListMFADevices', asked)),
      partOf(unlessAbsent(call('iam:GetLoginProfile', { UserName: found.UserName }))),
    ])
    const at = { name: found.UserName }
    return {
      title: found.UserName,
      actions: [
        { text: words.acts.rename, href: addressOf('/console/users/:name/rename', at) },
        { text: words.acts.delete, href: addressOf('/console/users/:name/delete', at) },
        {
          text: credentialWords.page.link,
          href: addressOf('/console/users/:name/credentials', at),
        },
        { text: reports.accessed.title, href: addressOf('/console/users/:name/last-accessed', at) },
        { text: analysis.unused.title, href: addressOf('/console/users/:name/unused-access', at) },
        { text: securityKeyWords.end, href: addressOf('/console/users/:name/end-sessions', at) },
      ],
      main: [
        partSection(words.user.groups, groups, (value) => groupRows(value, at)),
        attachedSection(
          attached,
          (arn) => addressOf('/console/users/:name/attached/:arn/detach', { ...at, arn }),
          [{ text: words.acts.attach, href: addressOf('/console/users/:name/attach-policy', at) }],
        ),
        inlineSection(
          inline,
          (policy) =>
            addressOf('/console/users/:name/policies/:policy', { name: found.UserName, policy }),
          [
            {
              text: words.acts.create,
              href: addressOf('/console/users/:name/create-policy', { name: found.UserName }),
            },
          ],
        ),
        partSection(keyWords.title, keys, (rows) => ({
          acts: [
            { text: words.acts.create, href: addressOf('/console/users/:name/keys/~create', at) },
          ],
          heads: keyHeads,
          rows: rows.map((key) => keyRow(key, at)),
          empty: keyWords.none,
        })),
        partSection(deviceWords.title, devices, (value) => deviceRows(value, at)),
      ],
      aside: [
        {
          kind: 'terms',
          title: words.facts.title,
          acts: [
            { text: words.facts.tags, href: addressOf('/console/users/:name/tags', at) },
            { text: words.facts.boundary, href: addressOf('/console/users/:name/boundary', at) },
          ],
          terms: terms(found),
        },
        passwordSection(found, password, signInAddress({ session, publicUrl })),
      ],
    }
  },
})

interface Key {
  readonly key: AccessKeyMetadata
  readonly used: Part<Output<'iam:GetAccessKeyLastUsed'>>
}

/** A user has two keys at most, so that asking for each is no long list of calls. */
async function keysOf(call: UserCall, UserName: string): Promise<readonly Key[]> {
  const { AccessKeyMetadata } = await call('iam:ListAccessKeys', { UserName })
  return Promise.all(
    AccessKeyMetadata.map(async (key) => ({
      key,
      used: await partOf(call('iam:GetAccessKeyLastUsed', { AccessKeyId: key.AccessKeyId ?? '' })),
    })),
  )
}

const keyHeads = [
  { head: keyWords.key },
  { head: keyWords.status },
  { head: keyWords.used, width: 'desk' },
  { head: words.created, width: 'desk' },
  { head: words.change, width: 'desk' },
  { head: words.acts.delete, width: 'desk' },
] as const

function keyRow(
  { key: { AccessKeyId = '', Status = 'Inactive', CreateDate }, used }: Key,
  at: Params,
) {
  const of = { ...at, key: AccessKeyId }
  return [
    code(AccessKeyId),
    Status === 'Active' ? badge(Status) : badge(Status, 'warn'),
    'denied' in used ? none(keyWords.needs(used.denied.action)) : usedCell(used.value),
    CreateDate ? time(CreateDate) : none(),
    Status === 'Active'
      ? link(keyWords.deactivate, addressOf('/console/users/:name/keys/:key/deactivate', of))
      : link(keyWords.activate, addressOf('/console/users/:name/keys/:key/activate', of)),
    link(words.acts.delete, addressOf('/console/users/:name/keys/:key/delete', of)),
  ]
}

function usedCell({ AccessKeyLastUsed: used }: Output<'iam:GetAccessKeyLastUsed'>): Cell {
  return used?.LastUsedDate ? time(used.LastUsedDate, used.ServiceName) : none(keyWords.never)
}

const removal = '/console/users/:name/groups/:group/remove'

function groupRows({ Groups }: Output<'iam:ListGroupsForUser'>, at: Params) {
  return {
    acts: [{ text: words.acts.add, href: addressOf('/console/users/:name/add-to-group', at) }],
    heads: [
      { head: words.user.group },
      { head: words.path, width: 'desk' },
      { head: words.change, width: 'desk' },
    ] as const,
    rows: Groups.map(({ GroupName, Path }) => [
      link(GroupName, addressOf('/console/groups/:name', { name: GroupName })),
      code(Path),
      link(words.acts.remove, addressOf(removal, { ...at, group: GroupName })),
    ]),
    empty: words.user.noGroup,
  }
}

const deactivation = '/console/users/:name/mfa/:serial/deactivate'

function deviceRows({ MFADevices }: Output<'iam:ListMFADevices'>, at: Params) {
  return {
    acts: [
      {
        text: securityKeyWords.add,
        href: addressOf('/console/users/:name/add-security-key', at),
      },
      { text: mfaWords.create.link, href: addressOf('/console/users/:name/mfa/~create', at) },
      { text: mfaWords.enable.link, href: addressOf('/console/users/:name/give-mfa', at) },
    ],
    heads: [
      { head: deviceWords.device },
      { head: deviceWords.enabled, width: 'desk' },
      { head: words.change, width: 'desk' },
    ] as const,
    rows: MFADevices.map(({ SerialNumber, EnableDate }) => [
      link(
        SerialNumber,
        addressOf('/console/users/:name/mfa/:serial', { ...at, serial: SerialNumber }),
      ),
      time(EnableDate),
      link(securityKeyWords.remove, addressOf(deactivation, { ...at, serial: SerialNumber })),
    ]),
    empty: deviceWords.none,
  }
}

function terms(found: User): readonly (readonly [string, Cell])[] {
  return [
    [words.facts.arn, code(found.Arn)],
    [words.path, code(found.Path)],
    [words.facts.id, code(found.UserId)],
    [words.facts.boundary, boundaryCell(found.PermissionsBoundary)],
    [words.facts.tags, tagsCell(found.Tags)],
    [words.created, time(found.CreateDate)],
  ]
}

const passwordPath = '/console/users/:name/password'

function passwordSection(
  { PasswordLastUsed, UserName: name }: User,
  profile: Part<Output<'iam:GetLoginProfile'> | undefined>,
  signIn: string,
): Section {
  const { title } = passwordWords
  if ('denied' in profile) return { kind: 'withheld', title, denied: profile.denied }
  const value = profile.value?.LoginProfile
  const change = {
    text: value ? words.change : passwordWords.set,
    href: addressOf(passwordPath, { name }),
  }
  const remove = { text: words.acts.delete, href: addressOf(`${passwordPath}/delete`, { name }) }
  return {
    kind: 'terms',
    title,
    acts: value ? [change, remove] : [change],
    terms: [
      [passwordWords.set, value ? time(value.CreateDate) : none(passwordWords.none)],
      [passwordWords.used, PasswordLastUsed ? time(PasswordLastUsed) : none(passwordWords.never)],
      ...(value?.PasswordResetRequired
        ? [[passwordWords.next, text(passwordWords.toChange)] as const]
        : []),
      ...(value ? [[userWords.create.signIn, code(signIn)] as const] : []),
    ],
  }
}
