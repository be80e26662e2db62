/**
 * What IAM says of a value that does not fit its pattern, by the pattern, as recordings of the
 * service have it. STS says "1 validation error detected" of every value, IAM of all others.
 */
const sentences: Readonly<Record<string, string>> = {
  '[\\w+=,.@-]+': 'It must contain only alphanumeric characters and/or the following: +=,.@_-',
  '(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)':
    'It must begin and end with / and contain only alphanumeric characters and/or / characters.',
}

/** `name`: the parameter's, first letter lower. undefined: IAM has no sentence of its own. */
export function valueSentence(name: string, patternText: string | undefined): string | undefined {
  const must = patternText === undefined ? undefined : sentences[patternText]
  return must === undefined ? undefined : `The specified value for ${name} is invalid. ${must}`
}
