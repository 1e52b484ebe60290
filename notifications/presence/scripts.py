"""Who is online, as Redis keeps it: small scripts by its own clock, so that no machine's clock matters.

`members` holds `user:process` with the time of its last sign of life, `processes` the same of the web
processes, and `left` those who went since that was last written down, with when they were last seen. Whoever
has a member that is young enough, in whichever process, is online.
"""

MEMBERS, PROCESSES, LEFT = KEYS = ["presence:members", "presence:processes", "presence:left"]

CLOCK = """
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local since = now - tonumber(ARGV[1])
"""

# Looks in each process: there are few, and scores are found by name alone.
ONLINE_ANYWHERE = """
local processes = redis.call('ZRANGEBYSCORE', KEYS[2], since, '+inf')
local function is_online(user)
  for _, process in ipairs(processes) do
    local sign = redis.call('ZSCORE', KEYS[1], user .. ':' .. process)
    if sign and tonumber(sign) > since then return true end
  end
  return false
end
local changed = {}
"""

# (seconds, process, *users): these are connected to it; gives those who were not online before.
SIGN_OF_LIFE = f"""
{CLOCK}{ONLINE_ANYWHERE}
redis.call('ZADD', KEYS[2], now, ARGV[2])
for index = 3, #ARGV do
  local user = ARGV[index]
  local member = user .. ':' .. ARGV[2]
  local sign = redis.call('ZSCORE', KEYS[1], member)
  if not (sign and tonumber(sign) > since) and not is_online(user) then table.insert(changed, user) end
  redis.call('ZADD', KEYS[1], now, member)
end
return changed
"""

# (seconds, process, user, seconds ago, …): these hung up then; gives those who are not online any more.
HUNG_UP = f"""
{CLOCK}{ONLINE_ANYWHERE}
for index = 3, #ARGV, 2 do
  local user = ARGV[index]
  if redis.call('ZREM', KEYS[1], user .. ':' .. ARGV[2]) == 1 then
    redis.call('ZADD', KEYS[3], 'GT', now - tonumber(ARGV[index + 1]), user)
    if not is_online(user) then table.insert(changed, user) end
  end
end
return changed
"""

# (user): as if they had never been here.
FORGET = """
for _, process in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
  redis.call('ZREM', KEYS[1], ARGV[1] .. ':' .. process)
end
redis.call('ZREM', KEYS[3], ARGV[1])
"""

# (seconds): clears away who gave no sign for so long, a thousand at a time; gives those not online any more.
SWEEP = f"""
{CLOCK}{ONLINE_ANYWHERE}
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', since)
local silent = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', since, 'WITHSCORES', 'LIMIT', 0, 1000)
for index = 1, #silent, 2 do
  local user = string.match(silent[index], '^%d+')
  redis.call('ZREM', KEYS[1], silent[index])
  redis.call('ZADD', KEYS[3], 'GT', silent[index + 1], user)
  if not is_online(user) then table.insert(changed, user) end
end
return changed
"""

# (seconds): the members that are online.
ONLINE = f"""
{CLOCK}
return redis.call('ZRANGEBYSCORE', KEYS[1], string.format('(%.17g', since), '+inf')
"""

# (seconds, most): those who left, each followed by when, as Redis writes it; and what its clock shows.
DEPARTURES = f"""
{CLOCK}
return {{string.format('%.17g', now), redis.call('ZRANGE', KEYS[3], 0, ARGV[2] - 1, 'WITHSCORES')}}
"""

# (user, when, …): those are written down; who left once more meanwhile stays.
WRITTEN_DOWN = """
for index = 1, #ARGV, 2 do
  local is_the_same = redis.call('ZSCORE', KEYS[3], ARGV[index]) == ARGV[index + 1]
  if is_the_same then redis.call('ZREM', KEYS[3], ARGV[index]) end
end
"""
