package controller

import (
	"context"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"edgeapp.example/peer/api"
	"edgeapp.example/peer/esa"
	"edgeapp.example/peer/request"
)

// resolve finds out what became of an attempt that is still open: by looks alone, until its version is found or its
// absence is proven.
func (r *Reconciler) resolve(ctx context.Context, object *api.EdgeAppVersion) (ctrl.Result, error) {
	attempt := object.Status.Attempt
	watched := r.absences.see(client.ObjectKeyFromObject(object), attempt.ID)
	started := time.Now()
	versions, err := r.lookForSure(ctx, object.Spec.AppID, attempt.Name, watched.isSettled())
	if err != nil {
		return r.failLook(ctx, object, err)
	}
	if len(versions) > 0 {
		return r.take(ctx, object, versions, attempt.Fingerprint)
	}
	watched.absent(started)
	switch {
	case !watched.isProven():
		before := object.DeepCopy()
		summarize(object, ambiguous(attempt, "interrupted"))
		return after(watched.nextLook(), r.write(ctx, object, before))
	case object.Spec.Suspend:
		return r.suspend(ctx, object)
	}
	return r.createAgain(ctx, object)
}

// lookForSure searches and, once the effect of an attempt must show, lists the whole app too.
func (r *Reconciler) lookForSure(ctx context.Context, appID, name string, isSettled bool) ([]esa.Version, error) {
	versions, err := r.ESA.SearchVersions(ctx, appID, name)
	if err != nil || len(versions) > 0 || !isSettled {
		return versions, err
	}
	return r.ESA.ListVersionsNamed(ctx, appID, name)
}

func (r *Reconciler) createAgain(ctx context.Context, object *api.EdgeAppVersion) (ctrl.Result, error) {
	create, err := request.New(object)
	if err != nil {
		return r.stall(ctx, object, "InvalidRequest", err.Error())
	}
	fingerprint, err := create.Fingerprint()
	if err != nil {
		return ctrl.Result{}, err
	}
	return r.create(ctx, object, create, fingerprint, true)
}
