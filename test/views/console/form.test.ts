import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Control, FieldShown, FormContent } from '../../../src/console/form-shown.ts'
import { limitsOf } from '../../../src/console/limits.ts'
import { formView } from '../../../views/console/form.ts'
import type { Frame } from '../../../views/console/frame.ts'

const name = limitsOf('iam:CreateRole', 'RoleName')
const duration = limitsOf('iam:UpdateRole', 'MaxSessionDuration')
const description = limitsOf('iam:UpdateRole', 'Description')

function drawn(control: Control, more: Partial<FieldShown> = {}): string {
  const field: FieldShown = {
    name: 'Field',
    label: 'Label',
    control,
    limits: name,
    value: '',
    was: '',
    ...more,
  }
  const keep = { text: 'Keep it', href: '/console' }
  const form: FormContent = { kind: 'form', title: 'Form', fields: [field], button: 'Save', keep }
  return formView(form, { csrf: 'token' } as Frame).body.text
}

test('the limits of the model stand at the input: length, pattern, required', () => {
  const html = drawn({ kind: 'line' })
  assert.match(html, /<input type="text"[^>]* required minlength="1" maxlength="64"/)
  assert.match(html, /pattern="\[\\w\+=,\.@\\-\]\+"/)
})

test('a number has its least and greatest value, and a text area its length', () => {
  const number = drawn({ kind: 'number' }, { limits: duration })
  assert.match(number, /type="number"[^>]* min="3600" max="43200"/)
  const lines = drawn({ kind: 'lines', rows: 3 }, { limits: description })
  assert.match(lines, /<textarea rows="3"[^>]* maxlength="1000"/)
  assert.doesNotMatch(lines, /pattern=|required/)
})

test('values come back as they were typed, whatever signs they hold', () => {
  const value = '\n</textarea><script>alert(1)</script>"\'`'
  const lines = drawn({ kind: 'lines', rows: 3 }, { value, was: value })
  assert.doesNotMatch(lines, /<script>|<\/textarea><s/)
  // The first line break of a text area's content is not part of its value.
  assert.match(lines, />\n\n&lt;\/textarea&gt;/)
  assert.match(drawn({ kind: 'line' }, { value }), /value="\n&lt;\/textarea&gt;/)
})

test('what is wrong is tied to the field, before the help', () => {
  const html = drawn({ kind: 'line' }, { problem: 'Too long.', help: 'A name.' })
  assert.match(html, /aria-describedby="i-Field-e i-Field-h" aria-invalid="true"/)
  assert.match(html, /id="i-Field-e">.*Too long\./)
})
