// Package controller brings EdgeAppVersions to the cloud: look, claim, create, record, and watch the build.
package controller

import (
	"context"
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"edgeapp.example/peer/api"
	"edgeapp.example/peer/esa"
	"edgeapp.example/peer/request"
)

const (
	firstPoll   = time.Second
	longestPoll = 30 * time.Second
)

// Reconciler reconciles EdgeAppVersions.
type Reconciler struct {
	client.Client
	ESA *esa.Client
	// OwnerID names the cluster in the marker of every version.
	OwnerID string
	// FoldWrites records a version that is created within a second as Ready in the same write.
	FoldWrites bool
	// Stopping is done when the process was told to stop; the manager ends its passes then, and when the lease is lost.
	Stopping context.Context

	absences absences
}

// Reconcile does one pass over one object.
func (r *Reconciler) Reconcile(ctx context.Context, key ctrl.Request) (ctrl.Result, error) {
	object := &api.EdgeAppVersion{}
	if err := r.Get(ctx, key.NamespacedName, object); err != nil {
		r.absences.forget(key.NamespacedName)
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	status := &object.Status
	switch {
	case !object.DeletionTimestamp.IsZero():
		return ctrl.Result{}, nil
	case status.Attempt != nil:
		return r.resolve(ctx, object)
	case status.VersionID != "":
		return r.follow(ctx, object)
	case object.Spec.Suspend:
		return r.suspend(ctx, object)
	default:
		return r.ensure(ctx, object)
	}
}

// ensure looks for the version of an object without an open attempt, and creates it where it is surely absent.
func (r *Reconciler) ensure(ctx context.Context, object *api.EdgeAppVersion) (ctrl.Result, error) {
	create, err := request.New(object)
	if err != nil {
		return r.stall(ctx, object, "InvalidRequest", err.Error())
	}
	fingerprint, err := create.Fingerprint()
	if err != nil {
		return ctrl.Result{}, err
	}
	rival, err := r.findRival(ctx, object)
	if err != nil {
		return ctrl.Result{}, err
	}
	if rival != "" {
		return r.stall(ctx, object, "Conflict", fmt.Sprintf("%s already stands for %s", rival, targetOf(object)))
	}
	versions, err := r.ESA.SearchVersions(ctx, object.Spec.AppID, create.Name)
	if err != nil {
		return r.failLook(ctx, object, err)
	}
	if len(versions) > 0 {
		return r.take(ctx, object, versions, fingerprint)
	}
	return r.create(ctx, object, create, fingerprint, false)
}

// take ends a look that found versions: the one that is ours is recorded, anything else is a conflict.
func (r *Reconciler) take(
	ctx context.Context, object *api.EdgeAppVersion, versions []esa.Version, fingerprint string,
) (ctrl.Result, error) {
	before := object.DeepCopy()
	mine := slices.DeleteFunc(slices.Clone(versions), func(v esa.Version) bool { return !r.isOurs(object, v, fingerprint) })
	mayTake := object.Status.Attempt != nil || object.Spec.AdoptionPolicy != "Never"
	switch {
	case len(mine) > 1:
		return r.stall(ctx, object, "DuplicateVersion",
			fmt.Sprintf("several versions named %s carry this object's marker", mine[0].Name))
	case len(mine) == 0 || !mayTake:
		object.Status.Attempt = nil
		summarize(object, summary{metav1.ConditionFalse, "Conflict",
			fmt.Sprintf("a version named %s exists already as %s", versions[0].Name, versions[0].VersionID), stalled})
		return after(wait.Jitter(recheck, 0.1), r.write(ctx, object, before))
	}
	object.Status.VersionName, object.Status.Fingerprint = mine[0].Name, fingerprint
	return r.settle(ctx, object, before, &mine[0])
}

func (r *Reconciler) isOurs(object *api.EdgeAppVersion, version esa.Version, fingerprint string) bool {
	owner, short, ok := request.ParseMarker(version.Remarks)
	return ok && owner == r.owner(object) && short == request.Short(fingerprint)
}

func (r *Reconciler) owner(object *api.EdgeAppVersion) request.Owner {
	return request.Owner{OwnerID: r.OwnerID, Namespace: object.Namespace, Name: object.Name}
}

// follow watches the build of a version whose id is known.
func (r *Reconciler) follow(ctx context.Context, object *api.EdgeAppVersion) (ctrl.Result, error) {
	before := object.DeepCopy()
	if object.Status.VersionStatus == "created" && !isAsked(object) {
		return r.settle(ctx, object, before, &esa.Version{VersionID: object.Status.VersionID})
	}
	version, err := r.ESA.GetVersion(ctx, object.Spec.AppID, object.Status.VersionID)
	if err != nil {
		return r.failLook(ctx, object, err)
	}
	return r.settle(ctx, object, before, version)
}

// settle writes down where a version stands, and comes back while it is being built.
func (r *Reconciler) settle(
	ctx context.Context, object, before *api.EdgeAppVersion, version *esa.Version,
) (ctrl.Result, error) {
	known(object, version)
	if err := r.write(ctx, object, before); err != nil {
		return after(0, err)
	}
	r.absences.forget(client.ObjectKeyFromObject(object))
	return ctrl.Result{RequeueAfter: pollDelay(object)}, nil
}

// pollDelay is as long as the build has taken so far, within bounds; 0 once it has ended.
func pollDelay(object *api.EdgeAppVersion) time.Duration {
	building := meta.FindStatusCondition(object.Status.Conditions, reconciling)
	if building == nil {
		return 0
	}
	age := time.Since(building.LastTransitionTime.Time)
	return wait.Jitter(min(max(age, firstPoll), longestPoll), 0.1)
}

func (r *Reconciler) suspend(ctx context.Context, object *api.EdgeAppVersion) (ctrl.Result, error) {
	before := object.DeepCopy()
	object.Status.Attempt = nil
	summarize(object, summary{metav1.ConditionFalse, "Suspended", "spec.suspend is set: nothing is created", ""})
	return after(0, r.write(ctx, object, before))
}
