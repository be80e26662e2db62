import type { Call } from '../../call.ts'
import { fieldOf } from '../../fields.ts'
import { formPage, type Page, stepsPage } from '../../page.ts'
import { removalPage } from '../../removal.ts'
import { toLoad } from '../entity-forms/attach-page.ts'
import { pickRoles } from '../entity-forms/pickers.ts'
import { tagsPage } from '../entity-forms/tags-page.ts'
import { searches } from '../listing.ts'
import { profile, profileAt, profileName, profiles, profilesPath } from './profiles.ts'
import { words } from './words.ts'

const roleField = fieldOf('iam:AddRoleToInstanceProfile', 'RoleName', {
  label: words.role,
  control: toLoad(false),
})

/** `/console/instance-profiles/~create`. */
const createProfile = stepsPage({
  path: `${profilesPath}/~create`,
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
    keep: { text: words.createKeep, href: profilesPath },
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
      to: profileAt(InstanceProfileName),
      said: words.created1(InstanceProfileName),
      report: words.report(InstanceProfileName),
    }
  },
})
type Adding = Call<'iam:AddRoleToInstanceProfile'>

/** `/console/instance-profiles/NAME/add-role`. */
const addRole = stepsPage({
  path: `${profilesPath}/:name/add-role`,
  params: { name: profileName },
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
      keep: { text: words.addKeep, href: profileAt(found.InstanceProfileName) },
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
    to: profileAt(InstanceProfileName),
    said: words.added(RoleName),
    report: words.report(InstanceProfileName),
  }),
})

/** `/console/instance-profiles/NAME/remove-role`. */
const removeRole = formPage({
  path: `${profilesPath}/:name/remove-role`,
  params: { name: profileName },
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
      keep: { text: words.removeKeep, href: profileAt(found.InstanceProfileName) },
    }
  },
  async save(call, { params: { name: InstanceProfileName = '' }, body }) {
    const RoleName = body('_seen') ?? ''
    await call('iam:RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName })
    return { to: profileAt(InstanceProfileName), said: words.removed(RoleName) }
  },
})

/** `/console/instance-profiles/NAME/delete`: takes the role out first. */
const deleteProfile = removalPage({
  path: `${profilesPath}/:name/delete`,
  params: { name: profileName },
  under: profile,
  crumb: words.delete,
  calls: [
    ...(['iam:GetInstanceProfile', 'iam:RemoveRoleFromInstanceProfile'] as const),
    'iam:DeleteInstanceProfile',
  ],
  button: words.deleteButton,
  keep: words.deleteKeep,
  here: ({ params }) => profileAt(params.name ?? ''),
  to: profilesPath,
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

const profileTags = tagsPage({
  page: profile,
  gets: 'iam:GetInstanceProfile',
  async find(call, InstanceProfileName) {
    const { InstanceProfile: found } = await call('iam:GetInstanceProfile', { InstanceProfileName })
    return { name: found.InstanceProfileName, tags: found.Tags }
  },
  tag: {
    action: 'iam:TagInstanceProfile',
    run: (call, InstanceProfileName, Tags) =>
      call('iam:TagInstanceProfile', { InstanceProfileName, Tags }),
  },
  untag: {
    action: 'iam:UntagInstanceProfile',
    run: (call, InstanceProfileName, TagKeys) =>
      call('iam:UntagInstanceProfile', { InstanceProfileName, TagKeys }),
  },
})

export const instanceProfilePages: readonly Page[] = [
  profiles,
  createProfile,
  profile,
  removeRole,
  addRole,
  profileTags,
  deleteProfile,
]
