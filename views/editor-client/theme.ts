import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

/** The colours of the page, by its own tokens, so that day, night and contrast are the same. */
const looks = EditorView.theme({
  '&': { backgroundColor: 'var(--raised)', color: 'var(--text)', fontSize: 'var(--t-sm)' },
  '&.cm-focused': { outline: '2px solid var(--ink)', outlineOffset: '-1px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55', minHeight: '18rem' },
  '.cm-content': { caretColor: 'var(--text)', padding: '.5rem 0' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': {
    backgroundColor: 'var(--sunken)',
    color: 'var(--dim)',
    borderRight: '1px solid var(--line)',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--hover)' },
  '.cm-activeLineGutter': { color: 'var(--text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, ::selection': {
    backgroundColor: 'var(--ink-soft)',
  },
  '.cm-selectionBackground': { backgroundColor: 'var(--ink-soft)' },
  '.cm-matchingBracket': { backgroundColor: 'var(--moss-soft)', outline: '1px solid var(--line)' },
  '.cm-nonmatchingBracket': { backgroundColor: 'var(--brick-soft)' },
  '.cm-tooltip, .cm-panels': {
    backgroundColor: 'var(--raised)',
    color: 'var(--text)',
    border: '1px solid var(--edge)',
    boxShadow: 'var(--shadow-2)',
    maxWidth: 'min(34rem, 90vw)',
  },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--ink-solid)',
    color: 'var(--on-ink)',
  },
  '.cm-completionDetail': { fontStyle: 'normal', color: 'var(--dim)', fontFamily: 'var(--sans)' },
  'li[aria-selected] .cm-completionDetail': { color: 'inherit' },
  '.cm-diagnostic': { font: 'var(--t-sm)/1.5 var(--sans)', whiteSpace: 'normal' },
  '.cm-diagnosticAction': {
    backgroundColor: 'var(--ink-solid)',
    color: 'var(--on-ink)',
    padding: '.2rem .6rem',
    minHeight: '1.5rem',
  },
  '.cm-lintRange-error': { textDecoration: 'underline wavy var(--brick-solid)' },
  '.cm-lintRange-warning': { textDecoration: 'underline wavy var(--brass-solid)' },
  '.cm-lintRange-info': { textDecoration: 'underline dotted var(--ink)' },
  '.cm-lintRange': { backgroundImage: 'none' },
  // The library draws these as images in the style itself, which the page's policy forbids.
  '.cm-lint-marker': { content: 'normal', height: '.6em', width: '.6em', margin: '.45em auto' },
  '.cm-lint-marker-error': { content: 'normal', backgroundColor: 'var(--brick-solid)' },
  '.cm-lint-marker-warning': {
    content: 'normal',
    backgroundColor: 'var(--brass-solid)',
    borderRadius: '50%',
  },
  '.cm-lint-marker-info': {
    content: 'normal',
    border: '2px solid var(--ink)',
    borderRadius: '50%',
  },
  '.cm-lintPoint::after': { borderBottomColor: 'var(--brick-solid)' },
})

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--ink)' },
  { tag: tags.string, color: 'var(--moss)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--brass)' },
])

export const theme = [looks, syntaxHighlighting(colours)]
