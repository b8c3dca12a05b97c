-- Requests on distinct users. Arguments: GET or PATCH, a file with one user id a line, the bearer token, the number of threads, a
-- text that no earlier run has used (so that every PATCH really changes something).
-- Every thread walks users of its own (k, k + threads, ...), so no two requests in flight touch one user as long as there are
-- more users than connections. Prints one line of JSON at the end, behind "@@".
local threads = 0

function setup(thread)
  thread:set("place", threads)
  threads = threads + 1
end

function init(args)
  local method, file, token, total = args[1], args[2], args[3], tonumber(args[4])
  requests, next_one, round = {}, 0, 0
  changes = method == "PATCH"
  local body = '{"profile":{"bio":"Measured ' .. args[5] .. ' '
  local length = #body + 6 + 3
  local number = 0
  for id in io.lines(file) do
    if number % total == place then
      local path = "/api/v1/users/" .. id
      if changes then
        requests[#requests + 1] = "PATCH " .. path .. " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " .. token ..
          "\r\nContent-Type: application/json\r\nContent-Length: " .. length .. "\r\n\r\n" .. body
      else
        requests[#requests + 1] = wrk.format("GET", path, { ["Host"] = "localhost", ["Authorization"] = "Bearer " .. token })
      end
    end
    number = number + 1
  end
end

function request()
  next_one = next_one + 1
  if next_one > #requests then
    next_one, round = 1, round + 1
  end
  if changes then
    return requests[next_one] .. string.format("%06d", (round * 7919 + next_one) % 1000000) .. '"}}'
  end
  return requests[next_one]
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '@@{"requests":%d,"seconds":%.6f,"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d,"p50":%.3f,"p99":%.3f,"max":%.3f}\n',
    summary.requests, summary.duration / 1e6, e.connect, e.read, e.write, e.status, e.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000))
end
