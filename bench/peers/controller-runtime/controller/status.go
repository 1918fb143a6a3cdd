package controller

import (
	"context"
	"errors"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"edgeapp.example/peer/api"
	"edgeapp.example/peer/esa"
)

const (
	ready       = "Ready"
	reconciling = "Reconciling"
	stalled     = "Stalled"

	recheck = time.Hour
)

// summary is what the conditions say.
type summary struct {
	ready           metav1.ConditionStatus
	reason, message string
	// activity is the condition beside Ready, if any: reconciling or stalled.
	activity string
}

// summarize sets the conditions and what was observed; Ready always, the other two only while true.
func summarize(object *api.EdgeAppVersion, s summary) {
	status := &object.Status
	status.ObservedGeneration = object.Generation
	if asked := object.Annotations[api.RequestedAtAnnotation]; asked != "" {
		status.LastHandledRequestedAt = asked
	}
	setCondition(object, ready, s.ready, s)
	for _, activity := range []string{reconciling, stalled} {
		if activity == s.activity {
			setCondition(object, activity, metav1.ConditionTrue, s)
		} else {
			meta.RemoveStatusCondition(&status.Conditions, activity)
		}
	}
}

func setCondition(object *api.EdgeAppVersion, kind string, value metav1.ConditionStatus, s summary) {
	meta.SetStatusCondition(&object.Status.Conditions, metav1.Condition{
		Type: kind, Status: value, Reason: s.reason, Message: s.message, ObservedGeneration: object.Generation,
	})
}

func claimed(object *api.EdgeAppVersion, attempt *api.Attempt) {
	status := &object.Status
	status.Attempt, status.Attempts = attempt, attempt.Number
	status.VersionName, status.Fingerprint = attempt.Name, attempt.Fingerprint
	message := fmt.Sprintf("CreateEdgeContainerAppVersion for %s is on its way, attempt %d", attempt.Name, attempt.Number)
	summarize(object, summary{metav1.ConditionUnknown, "Progressing", message, reconciling})
}

// known says what is known of a version whose id is; an unknown word of the cloud leaves it as it was.
func known(object *api.EdgeAppVersion, version *esa.Version) {
	status := &object.Status
	status.Attempt = nil
	status.VersionID, status.Origin = version.VersionID, "Created"
	switch version.Status {
	case "created", "failed", "creating":
		status.VersionStatus = version.Status
	}
	id := version.VersionID
	switch status.VersionStatus {
	case "created":
		summarize(object, summary{metav1.ConditionTrue, "Created", fmt.Sprintf("version %s is created", id), ""})
	case "failed":
		message := fmt.Sprintf("the cloud reports version %s as failed; apply a new EdgeAppVersion under a new name", id)
		summarize(object, summary{metav1.ConditionFalse, "BuildFailed", message, stalled})
	default:
		status.VersionStatus = "creating"
		message := fmt.Sprintf("the cloud is building version %s", id)
		summarize(object, summary{metav1.ConditionUnknown, "Creating", message, reconciling})
	}
}

// isSettled tells whether there is nothing to do for an object, not even at a start of the process, which may bring
// another credential to an object that is stalled.
func isSettled(object *api.EdgeAppVersion) bool {
	status := &object.Status
	if status.Attempt != nil || status.ObservedGeneration != object.Generation || isAsked(object) {
		return false
	}
	return meta.IsStatusConditionTrue(status.Conditions, ready)
}

// isAsked tells whether somebody asked for a try since the last one.
func isAsked(object *api.EdgeAppVersion) bool {
	asked := object.Annotations[api.RequestedAtAnnotation]
	return asked != "" && asked != object.Status.LastHandledRequestedAt
}

// write replaces the status where it changed, on the condition that nobody wrote since before was read.
func (r *Reconciler) write(ctx context.Context, object, before *api.EdgeAppVersion) error {
	if equality.Semantic.DeepEqual(object.Status, before.Status) {
		return nil
	}
	if err := r.Status().Update(ctx, object); err != nil {
		return err
	}
	logWritten(ctx, object)
	return nil
}

func logWritten(ctx context.Context, object *api.EdgeAppVersion) {
	status := &object.Status
	fields := []any{"generation", object.Generation, "resourceVersion", object.ResourceVersion}
	if condition := meta.FindStatusCondition(status.Conditions, ready); condition != nil {
		fields = append(fields, "reason", condition.Reason)
	}
	if status.VersionID != "" {
		fields = append(fields, "versionId", status.VersionID, "requestId", status.RequestID)
	}
	if status.Attempt != nil {
		fields = append(fields, "attempt", status.Attempt.ID)
	}
	log.FromContext(ctx).Info("Wrote the status", fields...)
}

// stall ends a pass with what only a person can end.
func (r *Reconciler) stall(ctx context.Context, object *api.EdgeAppVersion, reason, message string) (ctrl.Result, error) {
	before := object.DeepCopy()
	summarize(object, summary{metav1.ConditionFalse, reason, message, stalled})
	return after(wait.Jitter(recheck, 0.1), r.write(ctx, object, before))
}

// failLook ends a pass whose call to the cloud failed without having changed anything there.
func (r *Reconciler) failLook(ctx context.Context, object *api.EdgeAppVersion, err error) (ctrl.Result, error) {
	var failure *esa.Error
	if !errors.As(err, &failure) {
		return ctrl.Result{}, err
	}
	before := object.DeepCopy()
	summarize(object, toSummary(failure))
	if err := r.write(ctx, object, before); err != nil {
		return after(0, err)
	}
	return pause(failure)
}

// pause waits as long as the cloud asks, else by the queue's own back-off.
func pause(failure *esa.Error) (ctrl.Result, error) {
	switch {
	case failure.NeedsPerson():
		return ctrl.Result{RequeueAfter: wait.Jitter(recheck, 0.1)}, nil
	case failure.RetryAfter > 0:
		return ctrl.Result{RequeueAfter: wait.Jitter(failure.RetryAfter, 1)}, nil
	default:
		return ctrl.Result{}, failure
	}
}

func toSummary(failure *esa.Error) summary {
	message := failure.Code + ": " + failure.Message
	switch {
	case failure.NeedsPerson():
		return summary{metav1.ConditionFalse, "InvalidRequest", message, stalled}
	case failure.IsThrottling():
		return summary{metav1.ConditionFalse, "Throttled", message, reconciling}
	default:
		return summary{metav1.ConditionFalse, "ProgressingWithRetry", message, reconciling}
	}
}

// after turns what a write gave into how a pass ends: a conflict is looked at again with what the watch brings.
func after(delay time.Duration, err error) (ctrl.Result, error) {
	switch {
	case apierrors.IsConflict(err):
		return ctrl.Result{RequeueAfter: wait.Jitter(100*time.Millisecond, 1)}, nil
	case apierrors.IsNotFound(err):
		return ctrl.Result{}, nil
	default:
		return ctrl.Result{RequeueAfter: delay}, err
	}
}
