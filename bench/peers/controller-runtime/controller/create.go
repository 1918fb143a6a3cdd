package controller

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/uuid"
	"k8s.io/apimachinery/pkg/util/wait"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"edgeapp.example/peer/api"
	"edgeapp.example/peer/esa"
	"edgeapp.example/peer/request"
)

const (
	// A claim older than this is not followed by a create.
	claimDeadline = 5 * time.Second
	// How long a folded write waits for the version to be created.
	firstGet = time.Second
)

// create claims the object, sends one POST and records how it ended.
func (r *Reconciler) create(
	ctx context.Context, object *api.EdgeAppVersion, create *request.Create, fingerprint string, unknownBefore bool,
) (ctrl.Result, error) {
	before := object.DeepCopy()
	attempt := &api.Attempt{
		ID:            string(uuid.NewUUID()),
		UID:           string(object.UID),
		Number:        object.Status.Attempts + 1,
		Name:          create.Name,
		Fingerprint:   fingerprint,
		StartedAt:     metav1.Now(),
		UnknownBefore: unknownBefore,
	}
	if ctx.Err() != nil {
		return ctrl.Result{}, nil
	}
	// From here on a stop in order waits: what is claimed is sent, and what is sent is recorded.
	pass, ctx := ctx, context.WithoutCancel(ctx)
	claimedAt := time.Now()
	claimed(object, attempt)
	if err := r.write(ctx, object, before); err != nil {
		return after(0, err)
	}
	r.absences.see(client.ObjectKeyFromObject(object), attempt.ID)
	if r.hasLostLease(pass) || elapsed(claimedAt) >= claimDeadline {
		return ctrl.Result{RequeueAfter: time.Second}, nil
	}
	id, requestID, err := r.ESA.CreateVersion(ctx, create.WithMarker(r.owner(object), fingerprint), attempt.ID)
	if err != nil {
		return r.recordFailure(ctx, object, attempt, err)
	}
	return r.recordCreated(ctx, object, attempt, id, requestID)
}

// hasLostLease tells the end of a pass that nobody asked for from a stop in order.
func (r *Reconciler) hasLostLease(pass context.Context) bool {
	return pass.Err() != nil && r.Stopping.Err() == nil
}

// elapsed is the larger of what the monotonic and the wall clock say.
func elapsed(since time.Time) time.Duration {
	return max(time.Since(since), time.Now().Round(0).Sub(since.Round(0)))
}

func (r *Reconciler) recordCreated(
	ctx context.Context, object *api.EdgeAppVersion, attempt *api.Attempt, id, requestID string,
) (ctrl.Result, error) {
	object.Status.RequestID = requestID
	version := &esa.Version{VersionID: id, Status: "creating"}
	if r.FoldWrites {
		version.Status = r.firstStatus(ctx, object, id)
	}
	known(object, version)
	recorded, err := r.record(ctx, object, attempt)
	if err != nil || recorded == nil {
		return ctrl.Result{}, err
	}
	r.absences.forget(client.ObjectKeyFromObject(object))
	if r.FoldWrites {
		return ctrl.Result{RequeueAfter: pollDelay(recorded)}, nil
	}
	return r.follow(ctx, recorded)
}

// firstStatus is what one Get says in the time there is; creating where it says nothing.
func (r *Reconciler) firstStatus(ctx context.Context, object *api.EdgeAppVersion, id string) string {
	ctx, cancel := context.WithTimeout(ctx, firstGet)
	defer cancel()
	version, err := r.ESA.GetVersion(ctx, object.Spec.AppID, id)
	if err != nil {
		return "creating"
	}
	return version.Status
}

// recordFailure clears the attempt where the create was surely refused, and no earlier one may still show.
func (r *Reconciler) recordFailure(
	ctx context.Context, object *api.EdgeAppVersion, attempt *api.Attempt, err error,
) (ctrl.Result, error) {
	var failure *esa.Error
	if !errors.As(err, &failure) {
		return ctrl.Result{}, err
	}
	isOver := failure.IsRefusal() && !attempt.UnknownBefore
	if isOver {
		object.Status.Attempt = nil
		summarize(object, toSummary(failure))
	} else {
		summarize(object, ambiguous(attempt, failure.Code))
	}
	recorded, err := r.record(ctx, object, attempt)
	if err != nil || recorded == nil {
		return ctrl.Result{}, err
	}
	if isOver {
		return pause(failure)
	}
	return ctrl.Result{RequeueAfter: r.absences.see(client.ObjectKeyFromObject(object), attempt.ID).nextLook()}, nil
}

func ambiguous(attempt *api.Attempt, why string) summary {
	message := fmt.Sprintf("attempt %d has no known outcome (%s); looking for its version", attempt.Number, why)
	return summary{metav1.ConditionFalse, "Ambiguous", message, reconciling}
}

type operation struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value"`
}

// record writes the status where the object and its open attempt are still those of attempt, whoever else wrote
// meanwhile; again and again until it is written, or can no longer be. Then it gives nil.
func (r *Reconciler) record(
	ctx context.Context, object *api.EdgeAppVersion, attempt *api.Attempt,
) (*api.EdgeAppVersion, error) {
	patch, err := json.Marshal([]operation{
		{"test", "/metadata/uid", attempt.UID},
		{"test", "/status/attempt/id", attempt.ID},
		{"test", "/status/attempt/fingerprint", attempt.Fingerprint},
		{"replace", "/status", &object.Status},
	})
	if err != nil {
		return nil, err
	}
	backoff := wait.Backoff{Duration: 100 * time.Millisecond, Factor: 2, Jitter: 1, Cap: 5 * time.Second, Steps: 10}
	logger := log.FromContext(ctx).WithValues("attempt", attempt.ID, "versionId", object.Status.VersionID)
	for {
		recorded := &api.EdgeAppVersion{}
		recorded.Namespace, recorded.Name = object.Namespace, object.Name
		err := r.Status().Patch(ctx, recorded, client.RawPatch(types.JSONPatchType, patch))
		switch {
		case err == nil:
			logWritten(ctx, recorded)
			return recorded, nil
		case apierrors.IsNotFound(err), apierrors.IsInvalid(err):
			logger.Error(err, "The outcome of the attempt has no object to go to")
			return nil, nil
		}
		logger.Error(err, "Recording the attempt failed; trying again")
		time.Sleep(backoff.Step())
	}
}
