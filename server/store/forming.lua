-- Publishes a forming bar. One that is already closed is let go.
-- KEYS  1 lease  2 fence  3 series  4 live
-- ARGV  1 owner  2 fence  3 open time  4 channel  5 body  6 entries kept
-- Gives its seq, 0 where the bar is closed, -1 where the lease is not held.
if redis.call('GET', KEYS[1]) ~= ARGV[1] or redis.call('GET', KEYS[2]) ~= ARGV[2] then
  return -1
end
if tonumber(ARGV[3]) <= tonumber(redis.call('HGET', KEYS[3], 'last') or '0') then
  return 0
end
local seq = redis.call('HINCRBY', KEYS[3], 'formings', 1)
redis.call('HSET', KEYS[3], 'forming', ARGV[5])
redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[6], '*',
  'ch', ARGV[4], 't', 'forming', 'seq', string.format('%d', seq), 'id', ARGV[3], 'body', ARGV[5])
return seq
