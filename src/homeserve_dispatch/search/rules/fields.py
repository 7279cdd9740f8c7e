"""Columns of the records that only rules need; the others are in ``search.fields``."""

from __future__ import annotations

FASTEST = 10
"""Efficiency at most and, one divided by it, at least: as ``Skill`` has it."""

# --- kinds of nodes
VISIT = 0
BREAK = 1
RESTOCK = 2

# --- nodes of the state, int64: meanings that differ from ``search.fields``. LOC is -1 for a break
# without a place: it is wherever the stop before it is.
TRIAL_AT = 9  # number of the trial to which the next three belong
TRIAL_START = 10
TRIAL_FINISH = 11
LOGGED = 13  # number of the mark since which this row is in the log
TRIAL_SERVICE = 14

# --- visits, int64 (n rows: visits, then breaks, then calls at depots)
KIND = 0
OWNER = 1  # shift to which a break or call belongs, or a visit is locked; -1: any
LEADER = 2  # first visit of those that are done together or not at all
FOLLOWER = 3  # the next of them, -1 after the last
BOND = 4  # first row in bonds
BONDS = 5
GROUP = 6  # first row in groups
GROUPS = 7
SINCE = 8  # urgent since then; -FAR: not urgent
FIXED_START = 9  # -FAR: free
LEAVE = 10  # nobody sets out to it before; -FAR: free
FIXED = 11  # 1: locked to a position
UNPAID = 12  # of a break
MUST = 13  # 1: a hard break
ZONE = 14  # area of a leg that leaves from here, for traffic
CUSTOMER = 15  # row in customers, -1: none that matters
NEVER = 16  # 1: locked as unassigned
RECURS = 17  # row in recurrences of the leader of recurring work, -1: none
LOCKED = 18  # 1: it has a lock of its own
VISIT_COLUMNS = 20

# --- visits, float64
URGENCY = 0  # per ms
MISSED_BREAK = 1  # cost of a soft break that is missed
LOCK_EXTRA = 2  # added to the skip cost, so that what is locked is done if it can be
VISIT_COSTS = 3

# --- bonds of times, int64: start >= start(partner) + OFFSET + PLUS * service(partner)
# - MINUS * own service
PARTNER = 0
BINDS = 1  # 0: the row is only there to know whom a delay here may delay
OFFSET = 2
PLUS = 3
MINUS = 4
BOND_COLUMNS = 5

# --- groups, int64: one row for each visit in each of its groups
GROUP_KIND = 0
GROUP_FIRST = 1  # in members
GROUP_SIZE = 2
SAME_WORKER = 0
DIFFERENT_WORKERS = 1
SAME_DAY = 2

# --- customers, int64
CUSTOMER_FIRST = 0  # its visits, in members
CUSTOMER_SIZE = 1
HISTORY_FIRST = 2  # workers it knows, in members
HISTORY_SIZE = 3
MAX_WORKERS = 4
CUSTOMER_COLUMNS = 5

# --- recurrences, int64
TIMES = 0
MIN_GAP = 1
MAX_GAP = 2
PATTERN_FIRST = 3  # in members: days, one pattern after another
PATTERNS = 4
RECURRENCE_COLUMNS = 5

# --- shifts, int64
WORKER = 0
DAY = 1  # days since the first
BREAK_FIRST = 2  # first node of its breaks
BREAKS = 3
CALL = 4  # node of its call at a depot, -1: none
SHIFT_COLUMNS = 8

# --- shifts, float64
IDLE_RATE = 0  # per ms
REFILLS = 1  # amount of each resource after the call; -1: as before it

# --- workers, int64
FIRST_SHIFT = 0  # in members, by start
SHIFTS_OF = 1
ALL_VISITS = 2
ALL_TRAVEL = 3
ALL_WORK = 4
ALL_DISTANCE = 5
MIN_REST = 6  # -1: none
MAX_DAYS = 7
WORKED = 8
BOUNDED = 9  # 1: any of these limits is there
WORKER_COLUMNS = 10

# --- routes of the state, int64
COUNT = 0
TRAVEL_MS = 1
DISTANCE_M = 2
WORK_MS = 3  # service and calls at depots
LATE_MAX = 4
IDLE_MS = 5
END_AT = 6
WAITED_MS = 7
MISSING = 8  # hard breaks that are not in it
NEW = 10  # the same of the trial, in this order, from here on
TRIAL_ROUTE = 20  # number of the trial to which they belong
ROUTE_LOGGED = 21
ROUTE_DIRTY = 22
ROUTE_TOUCHED = 23
HEAD = 24  # first node that is to be timed anew
ROUTE_COLUMNS = 26
KEPT = 10  # columns that are copied from NEW

# --- sums of routes, float64
ROUTE_COST = 0
ROUTE_MISSED = 1  # cost of missed preferences
NEW_COST = 2
ROUTE_SUMS = 4

# --- facts, int64
N_VISITS = 0
N_WORKERS = 1
HAS_TRAFFIC = 2
HAS_SPEED = 3
HAS_GLOBAL = 4
BALANCE_BY_WORKER = 5
HAS_FREEZE = 6
N_DAYS = 7
N_ZONES = 8
N_SEGMENTS = 9
MOST_TIMES = 12
RULE_FACTS = 14

# --- weights, float64
WORST_PER_MS = 0
MAX_IDLE_PER_MS = 1
BALANCE_PER_MS = 2
CONTINUITY = 3
RULE_WEIGHTS = 5
