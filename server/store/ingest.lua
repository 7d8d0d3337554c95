-- Takes pushed bars into a series' inbox: all of them, or none.
-- KEYS  1 candles  2 series  3 inbox
-- ARGV  1 interval, ms  2 most bars the inbox holds
--       3.. open time, predecessor or '', o h l c v of each bar
-- Gives {status, accepted, duplicates, last open time}; where bar i (from 0) is
-- refused {status, i, 0, the open time it had to follow}.
local state = redis.call('HMGET', KEYS[2], 'last', 'accepted')
local last = math.max(tonumber(state[1] or '0'), tonumber(state[2] or '0'))
local interval = tonumber(ARGV[1])

-- same says whether a bar is stored with the values at ARGV[at], or nil where
-- none of its open time is stored.
local function same(key, id, at)
  local stored = redis.call('XRANGE', key, id, id)[1]
  if not stored then
    return nil
  end
  for i = 1, 5 do
    if stored[2][2 * i] ~= ARGV[at + 1 + i] then
      return false
    end
  end
  return true
end

local fresh, at = {}, 3
while at <= #ARGV do
  local open, after, index = tonumber(ARGV[at]), ARGV[at + 1], (at - 3) / 7
  if open <= last then
    local before, id = fresh[ARGV[at]], ARGV[at] .. '-0'
    local equal
    if before then
      equal = true
      for i = 2, 6 do
        equal = equal and ARGV[before + i] == ARGV[at + i]
      end
    else
      equal = same(KEYS[3], id, at)
      if equal == nil then
        equal = same(KEYS[1], id, at)
      end
    end
    if not equal then
      return {equal == false and 'differs' or 'conflict', index, 0, last}
    end
  elseif after ~= '' and tonumber(after) ~= last then
    return {'conflict', index, 0, last}
  elseif last > 0 and open < last + interval then
    return {'early', index, 0, last}
  else
    fresh[ARGV[at]] = at
    fresh[#fresh + 1] = at
    last = open
  end
  at = at + 7
end

if redis.call('XLEN', KEYS[3]) + #fresh > tonumber(ARGV[2]) then
  return {'full', 0, 0, last}
end
for _, a in ipairs(fresh) do
  redis.call('XADD', KEYS[3], ARGV[a] .. '-0',
    'o', ARGV[a + 2], 'h', ARGV[a + 3], 'l', ARGV[a + 4], 'c', ARGV[a + 5], 'v', ARGV[a + 6])
end
if #fresh > 0 then
  redis.call('HSET', KEYS[2], 'accepted', string.format('%d', last))
end
return {'ok', #fresh, (#ARGV - 2) / 7 - #fresh, last}
