"""What people do with the programme, one file per topic. No rights, no HTML.

sessions: save_session, move_session · state: change_state, change_states, follow_clock · seats: take_seat,
give_back_seat · bookmarks: set_bookmark · stages, speakers · proposals: the call and what hosts propose · materials.
"""
