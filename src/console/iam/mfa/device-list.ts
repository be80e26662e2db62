import { addressOf } from '../../address.ts'
import { link, none, text, time } from '../../cells.ts'
import { limitsOf } from '../../limits.ts'
import { formPage, listPage } from '../../page.ts'
import { deviceName } from '../parts.ts'
import { words } from './words.ts'

const { list: said, delete: deletion } = words
const path = '/console/mfa-devices'
const serial = limitsOf('iam:DeleteVirtualMFADevice', 'SerialNumber')
const rowsOnPage = 50

/** `/console/mfa-devices`. */
export const devices = listPage({
  path,
  nav: { section: 'Account', label: said.title, glyph: 'key' },
  crumb: said.title,
  calls: ['iam:ListVirtualMFADevices'],
  title: said.title,
  says: said.says,
  noun: said,
  empty: said.empty,
  marker: limitsOf('iam:ListVirtualMFADevices', 'Marker'),
  filters: [
    {
      ...{ name: 'status', label: said.status },
      limits: limitsOf('iam:ListVirtualMFADevices', 'AssignmentStatus'),
      options: [
        { value: '', words: said.any },
        { value: 'Assigned', words: said.given },
        { value: 'Unassigned', words: said.free },
      ],
    },
  ],
  async read(call, { filters: { status }, marker, isWhole }) {
    const { VirtualMFADevices: rows, Marker } = await call('iam:ListVirtualMFADevices', {
      ...{ Marker: marker, MaxItems: isWhole ? 1000 : rowsOnPage },
      AssignmentStatus: status === 'Assigned' || status === 'Unassigned' ? status : undefined,
    })
    return { rows, marker: Marker }
  },
  columns: [
    {
      head: said.head,
      cell: ({ SerialNumber, User }) =>
        User?.UserName === undefined
          ? text(deviceName(SerialNumber), SerialNumber)
          : link(
              deviceName(SerialNumber),
              addressOf('/console/users/:name/mfa/:serial', {
                ...{ name: User.UserName, serial: SerialNumber },
              }),
              SerialNumber,
            ),
    },
    {
      head: said.user,
      cell: ({ User, EnableDate }) => {
        if (EnableDate === undefined) return none(said.nobody)
        const { UserName, Arn = '' } = User ?? {}
        if (UserName === undefined) return text(Arn)
        return link(UserName, addressOf('/console/users/:name', { name: UserName }))
      },
    },
    {
      ...{ head: said.enabled, width: 'desk' },
      cell: ({ EnableDate }) => (EnableDate ? time(EnableDate) : none()),
    },
    {
      ...{ head: said.change, width: 'desk' },
      cell: ({ EnableDate, SerialNumber }) =>
        EnableDate
          ? none()
          : link(deletion.link, addressOf(`${path}/:serial/delete`, { serial: SerialNumber })),
    },
  ],
})

/** `/console/mfa-devices/SERIAL/delete`: a virtual device that nobody has. */
export const deleteDevice = formPage({
  path: `${path}/:serial/delete`,
  params: { serial },
  under: devices,
  crumb: deletion.crumb,
  calls: ['iam:ListMFADeviceTags', 'iam:DeleteVirtualMFADevice'],
  operation: 'iam:DeleteVirtualMFADevice',
  button: deletion.button,
  danger: true,
  fields: [],
  async read(call, { params: { serial: SerialNumber = '' } }) {
    // Rejects for a device that is not there.
    await call('iam:ListMFADeviceTags', { SerialNumber, MaxItems: 1 })
    return {
      ...{ title: deletion.title(deviceName(SerialNumber)), says: deletion.says, values: {} },
      keep: { text: deletion.keep, href: path },
    }
  },
  async save(call, { params: { serial: SerialNumber = '' } }) {
    await call('iam:DeleteVirtualMFADevice', { SerialNumber })
    return { to: path, said: deletion.said(deviceName(SerialNumber)) }
  },
})
