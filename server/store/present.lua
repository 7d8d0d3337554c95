-- Says that a monitor lives, and counts those that do. The word is good for as
-- long as a lease, by the clock of Redis.
-- KEYS  1 monitors
-- ARGV  1 owner  2 length, ms; 0 takes the word back
-- Gives how many monitors live.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local length = tonumber(ARGV[2])
if length > 0 then
  redis.call('ZADD', KEYS[1], string.format('%d', now + length), ARGV[1])
else
  redis.call('ZREM', KEYS[1], ARGV[1])
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%d', now))
-- No word is good for ten minutes: it was said before the clock was set back.
redis.call('ZREMRANGEBYSCORE', KEYS[1], string.format('(%d', now + 600000), '+inf')
return redis.call('ZCARD', KEYS[1])
