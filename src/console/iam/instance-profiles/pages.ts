import { addressOf } from '../../address.ts'
import type { Call } from '../../call.ts'
import { fieldOf } from '../../fields.ts'
import { limitsOf } from '../../limits.ts'
import { detailPage, formPage, listPage, type Page, stepsPage } from '../../page.ts'
import { removalPage } from '../../removal.ts'
import { code, link, none, time } from '../../shown.ts'
import { toLoad } from '../entity-forms/attach-page.ts'
import { pickRoles } from '../entity-forms/pickers.ts'
import { pathFilter, searches } from '../listing.ts'
import { tagsCell } from '../parts.ts'
import { words } from './words.ts'

const path = '/console/instance-profiles'
const name = limitsOf('iam:GetInstanceProfile', 'InstanceProfileName')
const rowsOnPage = 50
const here = (of: string) => addressOf(`${path}/:name`, { name: of })
const roleCell = (roles: readonly { readonly RoleName: string }[]) =>
  roles[0]
    ? link(roles[0].RoleName, addressOf('/console/roles/:name', { name: roles[0].RoleName }))
    : none(words.noRole)

/** `/console/instance-profiles`. */
const profiles = listPage({
  path,
  nav: { section: 'Access', label: words.title, glyph: 'role' },
  crumb: words.title,
  calls: ['iam:ListInstanceProfiles'],
  title: words.title,
  says: words.says,
  actions: [{ text: words.create, href: `${path}/~create` }],
  noun: words,
  empty: words.empty,
  marker: limitsOf('iam:ListInstanceProfiles', 'Marker'),
  filters: [pathFilter(limitsOf('iam:ListInstanceProfiles', 'PathPrefix'))],
  async read(call, { filters: { path: PathPrefix }, marker, isWhole }) {
    const { InstanceProfiles: rows, Marker } = await call('iam:ListInstanceProfiles', {
      ...{ PathPrefix, Marker: marker, MaxItems: isWhole ? 1000 : rowsOnPage },
    })
    return { rows, marker: Marker }
  },
  columns: [
    {
      head: words.head,
      cell: ({ InstanceProfileName }) => link(InstanceProfileName, here(InstanceProfileName)),
    },
    { head: words.role, cell: ({ Roles }) => roleCell(Roles) },
    { head: words.path, width: 'wide', cell: ({ Path }) => code(Path) },
    { head: words.created, width: 'desk', cell: ({ CreateDate }) => time(CreateDate) },
  ],
})

/** `/console/instance-profiles/NAME`. */
const profile = detailPage({
  path: `${path}/:name`,
  params: { name },
  under: profiles,
  crumb: ({ name: one = '' }) => one,
  calls: ['iam:GetInstanceProfile'],
  async read(call, { params }) {
    const { InstanceProfile: found } = await call('iam:GetInstanceProfile', {
      InstanceProfileName: params.name ?? '',
    })
    const at = here(found.InstanceProfileName)
    return {
      title: found.InstanceProfileName,
      actions: [
        found.Roles.length > 0
          ? { text: words.remove, href: `${at}/remove-role` }
          : { text: words.add, href: `${at}/add-role` },
        { text: words.delete, href: `${at}/delete` },
      ],
      main: [
        {
          ...{ kind: 'terms', title: words.details },
          terms: [
            [words.role, roleCell(found.Roles)],
            ['ARN', code(found.Arn)],
            [words.path, code(found.Path)],
            [words.id, code(found.InstanceProfileId)],
            [words.tags, tagsCell(found.Tags)],
            [words.created, time(found.CreateDate)],
          ],
        },
      ],
      aside: [],
    }
  },
})

const roleField = fieldOf('iam:AddRoleToInstanceProfile', 'RoleName', {
  label: words.role,
  control: toLoad(false),
})

/** `/console/instance-profiles/~create`. */
const createProfile = stepsPage({
  path: `${path}/~create`,
  under: profiles,
  crumb: words.createCrumb,
  calls: [searches, 'iam:CreateInstanceProfile', 'iam:AddRoleToInstanceProfile'],
  steps: [
    {
      title: '',
      fields: [
        fieldOf('iam:CreateInstanceProfile', 'InstanceProfileName', {
          ...{ label: words.name, help: words.nameHelp, control: { kind: 'line' } },
        }),
        fieldOf('iam:CreateInstanceProfile', 'Path', {
          ...{ label: words.path, help: words.pathHelp, control: { kind: 'line' } },
        }),
        {
          ...roleField,
          help: words.roleHelp,
          limits: { ...roleField.limits, required: false },
        },
      ],
    },
  ],
  button: words.createButton,
  read: async (call) => ({
    ...{ title: words.createTitle, says: words.says, values: { Path: '/' } },
    controls: { RoleName: pickRoles(call, { many: false, typed: words.typedRole }) },
    keep: { text: words.createKeep, href: path },
  }),
  plan({ InstanceProfileName = '', Path, RoleName = '' }) {
    return {
      tasks: [
        {
          words: words.createTask(InstanceProfileName),
          needed: true,
          run: async (call) => {
            await call('iam:CreateInstanceProfile', {
              ...{ InstanceProfileName, Path: Path || undefined },
            })
          },
        },
        ...(RoleName === ''
          ? []
          : [
              {
                words: words.addTask(RoleName),
                run: async (call: Adding) => {
                  await call('iam:AddRoleToInstanceProfile', { InstanceProfileName, RoleName })
                },
              },
            ]),
      ],
      to: here(InstanceProfileName),
      said: words.created1(InstanceProfileName),
      report: words.report(InstanceProfileName),
    }
  },
})
type Adding = Call<'iam:AddRoleToInstanceProfile'>

/** `/console/instance-profiles/NAME/add-role`. */
const addRole = stepsPage({
  path: `${path}/:name/add-role`,
  params: { name },
  under: profile,
  crumb: words.add,
  calls: ['iam:GetInstanceProfile', searches, 'iam:AddRoleToInstanceProfile'],
  steps: [{ title: '', fields: [roleField] }],
  button: words.addButton,
  async read(call, { params }) {
    const { InstanceProfile: found } = await call('iam:GetInstanceProfile', {
      InstanceProfileName: params.name ?? '',
    })
    return {
      ...{ title: words.addTitle(found.InstanceProfileName), says: words.addSays },
      controls: { RoleName: pickRoles(call, { many: false, typed: words.typedRole }) },
      keep: { text: words.addKeep, href: here(found.InstanceProfileName) },
    }
  },
  plan: ({ RoleName = '' }, { params: { name: InstanceProfileName = '' } }) => ({
    tasks: [
      {
        words: words.addTask(RoleName),
        run: async (call) => {
          await call('iam:AddRoleToInstanceProfile', { InstanceProfileName, RoleName })
        },
      },
    ],
    to: here(InstanceProfileName),
    said: words.added(RoleName),
    report: words.report(InstanceProfileName),
  }),
})

/** `/console/instance-profiles/NAME/remove-role`. */
const removeRole = formPage({
  path: `${path}/:name/remove-role`,
  params: { name },
  under: profile,
  crumb: words.remove,
  calls: ['iam:GetInstanceProfile', 'iam:RemoveRoleFromInstanceProfile'],
  operation: 'iam:RemoveRoleFromInstanceProfile',
  button: words.remove,
  fields: [],
  async read(call, { params }) {
    const { InstanceProfile: found } = await call('iam:GetInstanceProfile', {
      InstanceProfileName: params.name ?? '',
    })
    const role = found.Roles[0]?.RoleName ?? ''
    return {
      title: words.removeTitle(role, found.InstanceProfileName),
      ...{ says: words.removeSays, values: {} },
      locked: role === '' ? words.noRole : undefined,
      seen: role,
      keep: { text: words.removeKeep, href: here(found.InstanceProfileName) },
    }
  },
  async save(call, { params: { name: InstanceProfileName = '' }, body }) {
    const RoleName = body('_seen') ?? ''
    await call('iam:RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName })
    return { to: here(InstanceProfileName), said: words.removed(RoleName) }
  },
})

/** `/console/instance-profiles/NAME/delete`: takes the role out first. */
const deleteProfile = removalPage({
  path: `${path}/:name/delete`,
  params: { name },
  under: profile,
  crumb: words.delete,
  calls: [
    ...(['iam:GetInstanceProfile', 'iam:RemoveRoleFromInstanceProfile'] as const),
    'iam:DeleteInstanceProfile',
  ],
  button: words.deleteButton,
  keep: words.deleteKeep,
  here: ({ params }) => here(params.name ?? ''),
  to: path,
  async read(call, { params }) {
    const { InstanceProfile: found } = await call('iam:GetInstanceProfile', {
      InstanceProfileName: params.name ?? '',
    })
    const { InstanceProfileName } = found
    return {
      name: InstanceProfileName,
      title: words.deleteTitle(InstanceProfileName),
      says: words.deleteSays,
      dependents: [
        {
          title: words.roleInIt,
          part: {
            value: found.Roles.map(({ RoleName }) => ({
              words: words.removeTask(RoleName),
              run: async (now) => {
                await now('iam:RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName })
              },
            })),
          },
        },
      ],
      last: {
        words: words.deleteTask(InstanceProfileName),
        run: async (now) => {
          await now('iam:DeleteInstanceProfile', { InstanceProfileName })
        },
      },
      said: words.deleted(InstanceProfileName),
    }
  },
})

export const instanceProfilePages: readonly Page[] = [
  profiles,
  createProfile,
  profile,
  removeRole,
  addRole,
  deleteProfile,
]
