// Node, Deno and Bun: the request is the first argument, the answer is printed.

import { perform } from '../suite/perform.ts'
import { given } from './given.ts'

process.stdout.write(JSON.stringify(await perform(given, JSON.parse(process.argv[2]!))))
