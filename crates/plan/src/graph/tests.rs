use super::*;
use crate::testing::{constant, ids, limited};

fn plan(clients: Vec<Client<()>>) -> Result<Plan<()>, PlanError> {
    Plan::new(clients, Vec::new(), ByField::NONE)
}

#[test]
fn members_come_before_their_composites() {
    let clients = vec![
        Client::fallback("A", &ids(&[1, 2, 1])),
        Client::round_robin("B", &ids(&[3, 2]), 7),
        Client::leaf("C"),
        Client::leaf("D"),
    ];
    let plan = plan(clients).unwrap();
    let place = |id: u32| plan.order().iter().position(|other| other.0 == id).unwrap();
    assert_eq!(plan.order().len(), 4);
    assert!(place(1) < place(0) && place(2) < place(1) && place(3) < place(1));
    assert_eq!(plan.ids().collect::<Vec<_>>(), ids(&[0, 1, 2, 3]));
    assert_eq!(plan.members(ClientId(9)), &[]);
}

#[test]
fn every_cycle_is_found() {
    let clients = vec![
        Client::fallback("A", &ids(&[1])),
        Client::round_robin("B", &ids(&[4, 0]), 0),
        Client::fallback("C", &ids(&[2])),
        Client::fallback("D", &ids(&[0, 2])),
        Client::leaf("E"),
    ];
    assert_eq!(plan(clients).err(), Some(PlanError::Cycles(vec![ids(&[0, 1]), ids(&[2])])));
}

#[test]
fn cycles_can_be_found_among_members_that_are_not_there() {
    let members = [ids(&[9, 1]), ids(&[0, 9])];
    assert_eq!(cycles(2, |id| &members[id]), vec![ids(&[0, 1])]);
}

#[test]
fn what_does_not_fit_is_refused() {
    let limited = |field: Field, ms| limited(Client::leaf("A"), &[(field, ms)]);
    let error = |client: Client<()>| plan(vec![client]).err();
    let id = ClientId(0);
    assert_eq!(error(Client::fallback("A", &[])), Some(PlanError::Empty(id)));
    let member = ClientId(1);
    assert_eq!(
        error(Client::fallback("A", &[member])),
        Some(PlanError::UnknownMember { client: id, member })
    );
    let policy = PolicyId(0);
    let repeated = Client { retry: Some(policy), ..Client::leaf("A") };
    assert_eq!(error(repeated), Some(PlanError::UnknownPolicy { client: id, policy }));
    assert_eq!(error(limited(Field::Total, 5)), Some(PlanError::MisplacedTotal { client: Some(id) }));
    let range = PlanError::LimitOutOfRange { client: Some(id), field: Field::Idle };
    assert_eq!(error(limited(Field::Idle, 0)), Some(range.clone()));
    assert_eq!(error(limited(Field::Idle, MAX_MS + 1)), Some(range));
    assert_eq!(error(limited(Field::Idle, MAX_MS)), None);
    let round_robin = Client::round_robin("A", &[id], MAX_START + 1);
    assert_eq!(error(round_robin), Some(PlanError::StartOutOfRange(id)));
    let refused = Plan::<()>::new(Vec::new(), vec![constant(101, 0)], ByField::NONE).err();
    assert_eq!(refused, Some(PlanError::Policy { policy, error: PolicyError::MaxRetries(101) }));
    let defaults = limited(Field::Total, 5).limits;
    let refused = Plan::new(Vec::new(), Vec::new(), defaults).err();
    assert_eq!(refused, Some(PlanError::MisplacedTotal { client: None }));
}

#[test]
fn a_deep_and_a_wide_plan_need_no_stack() {
    let deep = 100_000;
    let mut clients: Vec<Client<()>> = (1..deep).map(|id| Client::fallback("C", &ids(&[id]))).collect();
    clients.push(Client::leaf("L"));
    assert_eq!(plan(clients.clone()).unwrap().order().len(), deep as usize);
    clients[deep as usize - 1] = Client::fallback("L", &ids(&[0]));
    assert!(matches!(plan(clients).err(), Some(PlanError::Cycles(groups)) if groups.len() == 1));
    let mut clients: Vec<Client<()>> = (0..50_000).map(|_| Client::leaf("L")).collect();
    let members: Vec<ClientId> = (0..50_000).map(ClientId).collect();
    clients.push(Client::fallback("F", &members));
    assert!(plan(clients).is_ok());
}

#[test]
fn a_client_is_small() {
    assert!(size_of::<Client<(u32, u32, u32)>>() <= 216, "{}", size_of::<Client<(u32, u32, u32)>>());
}
