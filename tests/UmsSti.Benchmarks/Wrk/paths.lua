-- GETs of the paths of a file in turn. Arguments: the file with one path a line, the bearer token, the number of threads. Every thread
-- walks paths of its own. Prints one line of JSON at the end, behind "@@".
local threads = 0

function setup(thread)
  thread:set("place", threads)
  threads = threads + 1
end

function init(args)
  local file, token, total = args[1], args[2], tonumber(args[3])
  requests, next_one = {}, 0
  local number = 0
  for path in io.lines(file) do
    if number % total == place then
      requests[#requests + 1] = wrk.format("GET", path, { ["Host"] = "localhost", ["Authorization"] = "Bearer " .. token })
    end
    number = number + 1
  end
end

function request()
  next_one = next_one + 1
  if next_one > #requests then
    next_one = 1
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
