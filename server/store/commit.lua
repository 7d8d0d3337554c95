-- Stores one closed bar with all that follows from it, or nothing.
-- KEYS  1 lease  2 fence  3 candles  4 series  5 checkpoints  6 events  7 inbox  8 outbox
--       9 volume checkpoints
-- ARGV  1 owner  2 fence  3 open time  4 predecessor  5-9 o h l c v
--       10 body of the bar's message  11 bars channel  12 signals channel
--       13 1 if there is a snapshot  14 cipher  15 volume  16 bars between checkpoints
--       17 candles kept  18 events kept  19 checkpoints kept  20 outbox kept, ms
--       21 volume checkpoints kept  22.. id and body of each event
--       then, from the end: the number n of firings, before it n times alert, once,
--       cooldown, bar's close, id, body, sends; before them the revision of the rules
-- The last KEYS are the rules, the deliveries, and of each firing the alert's state
-- and its messages.
-- Gives {status, bar seq, signal seq}, or {status, last open time}.
if redis.call('GET', KEYS[1]) ~= ARGV[1] or redis.call('GET', KEYS[2]) ~= ARGV[2] then
  return {'fenced', 0, 0}
end

local open = ARGV[3]
local state = redis.call('HMGET', KEYS[4], 'last', 'bars', 'signals')
local last = state[1] or '0'

if tonumber(open) <= tonumber(last) then
  local stored = redis.call('XRANGE', KEYS[3], open .. '-0', open .. '-0')[1]
  if not stored then
    return {'conflict', tonumber(last), 0}
  end
  local field = stored[2]
  for i = 1, 5 do
    if field[2 * i] ~= ARGV[4 + i] then
      return {'differs', tonumber(last), 0}
    end
  end
  return {'already', tonumber(field[12]), tonumber(field[14])}
end
if ARGV[4] ~= last then
  return {'conflict', tonumber(last), 0}
end

local bar = tonumber(state[2] or '0') + 1
local signal = tonumber(state[3] or '0')
local firings = tonumber(ARGV[#ARGV])
local rules = #ARGV - 1 - 7 * firings -- the place of the revision
local signals = signal + (rules - 22) / 2
local snapshot, checkpoint = ARGV[13] == '1', bar % tonumber(ARGV[16]) == 0
if checkpoint and not snapshot then
  return {'unsnapped', bar, 0}
end
local judged = KEYS[#KEYS - 2 * firings - 1]
if ARGV[rules] ~= '' and ARGV[rules] ~= (redis.call('HGET', judged, 'revision') or '0') then
  return {'rules', 0, 0}
end

-- Everything is checked: from here on nothing can be refused.
local text = string.format
local n, s = text('%d', bar), text('%d', signals)
redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[17], open .. '-0',
  'o', ARGV[5], 'h', ARGV[6], 'l', ARGV[7], 'c', ARGV[8], 'v', ARGV[9], 'n', n, 's', s)

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local horizon = text('%d', math.max(0, now - tonumber(ARGV[20])))
redis.call('XADD', KEYS[8], 'MINID', '~', horizon, '*',
  'ch', ARGV[11], 't', 'bar', 'seq', n, 'id', open, 'body', ARGV[10])

local at, ordinal = text('%d', now), 0
for i = 22, rules - 1, 2 do
  signal = signal + 1
  local seq = text('%d', signal)
  redis.call('XADD', KEYS[6], 'MAXLEN', '~', ARGV[18], open .. '-' .. text('%d', ordinal),
    'seq', seq, 'id', ARGV[i], 'body', ARGV[i + 1], 'at', at)
  redis.call('XADD', KEYS[8], '*',
    'ch', ARGV[12], 't', 'event', 'seq', seq, 'id', ARGV[i], 'body', ARGV[i + 1])
  ordinal = ordinal + 1
end

redis.call('HSET', KEYS[4], 'last', open, 'bars', n, 'signals', s)
redis.call('HDEL', KEYS[4], 'forming')
if snapshot then
  redis.call('HSET', KEYS[4], 'snap', open .. ' ' .. n .. ' ' .. s, 'cipher', ARGV[14], 'volume', ARGV[15])
end
if checkpoint then
  redis.call('XADD', KEYS[5], 'MAXLEN', '~', ARGV[19], open .. '-0',
    'snap', open .. ' ' .. n .. ' ' .. s, 'cipher', ARGV[14])
  redis.call('XADD', KEYS[9], 'MAXLEN', ARGV[21], open .. '-0', 'volume', ARGV[15])
end

for i = 1, firings do
  local alert, once, cooldown, known, id, body, sends = unpack(ARGV, rules + 7 * i - 6, rules + 7 * i)
  local standing, messages = KEYS[#KEYS - 2 * (firings - i) - 1], KEYS[#KEYS - 2 * (firings - i)]
  local is = redis.call('HMGET', standing, 'after', 'done', 'last', 'off', 'turn')
  if not is[2] and tonumber(open) > tonumber(is[1] or '0')
    and (not is[3] or tonumber(known) >= tonumber(is[3]) + tonumber(cooldown)) then
    local seq = text('%d', redis.call('HINCRBY', standing, 'seq', 1))
    redis.call('HSET', standing, 'last', known)
    if once == '1' then
      redis.call('HSET', standing, 'done', '1')
    end
    redis.call('XADD', messages, 'MAXLEN', '~', 10000, seq .. '-0', 'id', id, 'body', body, 'at', at)
    redis.call('XADD', KEYS[8], '*', 'ch', 'alerts:' .. alert, 't', 'alert', 'seq', seq, 'id', id, 'body', body)
    if sends == '1' and not is[4] and not is[5] then -- else it waits for its turn
      redis.call('HSET', standing, 'turn', seq)
      redis.call('XADD', KEYS[#KEYS - 2 * firings], '*', 'alert', alert, 'seq', seq, 'attempts', '0', 'since', '0')
    end
  end
end
redis.call('XTRIM', KEYS[7], 'MINID', open .. '-1')
return {'ok', bar, signals}
