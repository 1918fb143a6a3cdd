package controller

import (
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
)

const (
	// How long a create may take until its effect shows.
	settleDelay = 30 * time.Second
	// The least time between two looks that count.
	spacing = 10 * time.Second
	// How many looks that count make a proof.
	provingLooks = 3
)

// absences remembers, for each open attempt, since when this process has known it and how often its version was surely
// absent. A restart begins again, on its own monotonic clock.
type absences struct {
	mutex   sync.Mutex
	watched map[types.NamespacedName]*absence
}

// absence belongs to the one pass that works on its object.
type absence struct {
	attempt     string
	since, last time.Time
	looks       int
}

// see gives what is known about an attempt; it begins at the first sight of it.
func (a *absences) see(key types.NamespacedName, attempt string) *absence {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if known := a.watched[key]; known != nil && known.attempt == attempt {
		return known
	}
	if a.watched == nil {
		a.watched = map[types.NamespacedName]*absence{}
	}
	known := &absence{attempt: attempt, since: time.Now()}
	a.watched[key] = known
	return known
}

func (a *absences) forget(key types.NamespacedName) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	delete(a.watched, key)
}

// isSettled tells whether the effect of the attempt must show by now.
func (a *absence) isSettled() bool { return time.Since(a.since) >= settleDelay }

// absent takes in a complete look, begun at started, that found nothing.
func (a *absence) absent(started time.Time) {
	if started.Sub(a.since) < settleDelay || started.Sub(a.last) < spacing {
		return
	}
	a.looks++
	a.last = started
}

func (a *absence) isProven() bool { return a.looks >= provingLooks }

// nextLook is how long to wait before the next look: short at first, then until one counts.
func (a *absence) nextLook() time.Duration {
	if left := settleDelay - time.Since(a.since); left > 0 {
		return min(max(time.Since(a.since), time.Second), spacing, left)
	}
	return max(spacing-time.Since(a.last), time.Second)
}
