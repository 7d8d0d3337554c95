// The races in Node: requests as lines of JSON on standard input, answers on
// standard output, as the native program has them. Arguments: the fields' files.
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { answer, enroll } from './answer.ts'

const files = process.argv.slice(2)
enroll(await Promise.all(files.map(async file => (await import(pathToFileURL(file).href)).default)))

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(reply(line))}\n`)
}

function reply(line: string): unknown {
  try {
    return { answer: answer(JSON.parse(line)) }
  } catch (error) {
    return { error: String(error) }
  }
}
